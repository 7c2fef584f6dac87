/// Which decisions are to be replayed.
package enum ReplayRange: Sendable, Hashable {
    /// Those whose spend's number lies between these two, both included; nil is no limit.
    case numbers(from: Int64?, to: Int64?)
    /// Those of one card.
    case card(String)
    /// The one of a spend.
    case spend(String)

    /// Every decision there is.
    package static let all = ReplayRange.numbers(from: nil, to: nil)
}
