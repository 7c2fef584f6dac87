package import PostgreSQL

/// What else happens in the transactions of this room; composition fills it from the rooms concerned.
package struct PreferencesEffects: Sendable {
    /// A link became valid, or its account changed: issuance must look at the pair again.
    package let onLinkUsable: @Sendable (_ cardID: String, _ programID: String) -> [PostgresStatement]
    /// Issuing for a pair begins to wait, or ceases to: issuance must look at it again.
    package let onWaitChanged: @Sendable (_ cardID: String, _ programID: String) -> [PostgresStatement]
    /// These deliveries wait for a decision: show them as held, with the reason.
    package let holdDeliveries: @Sendable (_ inboxIDs: [Int64], _ reason: HeldReason) -> [PostgresStatement]
    /// These deliveries no longer wait for a decision.
    package let releaseDeliveries: @Sendable (_ inboxIDs: [Int64]) -> [PostgresStatement]

    /// Makes the effects; nothing more happens by default.
    package init(
        onLinkUsable: @escaping @Sendable (_ cardID: String, _ programID: String) -> [PostgresStatement] = { _, _ in []
        },
        onWaitChanged: @escaping @Sendable (_ cardID: String, _ programID: String) -> [PostgresStatement] = { _, _ in
            []
        },
        holdDeliveries: @escaping @Sendable (_ inboxIDs: [Int64], _ reason: HeldReason) -> [PostgresStatement] = {
            _, _ in []
        },
        releaseDeliveries: @escaping @Sendable (_ inboxIDs: [Int64]) -> [PostgresStatement] = { _ in [] }
    ) {
        self.onLinkUsable = onLinkUsable
        self.onWaitChanged = onWaitChanged
        self.holdDeliveries = holdDeliveries
        self.releaseDeliveries = releaseDeliveries
    }
}
