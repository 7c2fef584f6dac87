/// The parts of a position that an issuance's quantity can be in.
package enum PositionBucket: Sendable, Hashable {
    /// Not in any issuance: pending, or covering a debt. Not stored; it is what remains of the others (I-2).
    case pending
    /// Planned, sent, accepted or mismatched.
    case inFlight
    /// Sent, with an unknown outcome.
    case unknown
    /// Confirmed.
    case issued
}
