/// What made a version of a card's preference.
package struct PreferenceCause: Sendable, Hashable {
    /// The kinds of cause.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A connection webhook, or the events that came before the card was registered.
        case event
        /// `SetAllocation`.
        case allocation
        /// `LinkProgram`.
        case link
        /// `DelinkProgram`.
        case delink
        /// An operator's decision.
        case `operator`
        /// `RebuildPreferences`: what was stored was not what the deliveries and calls derive.
        case rebuild
    }

    /// The kind.
    package let kind: Kind
    /// The inbox entry's number, the request's id, or the operator who had it rebuilt.
    package let id: String

    /// Makes a cause.
    package init(_ kind: Kind, id: String) {
        self.kind = kind
        self.id = id
    }
}
