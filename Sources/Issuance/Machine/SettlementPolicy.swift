import PostgreSQL

/// How the reads that settle an unknown outcome are judged.
package struct SettlementPolicy: Sendable, Hashable {
    /// How long after the last send an answer of "not there" begins to count.
    package var settleDelay = Duration.seconds(60)
    /// How long a lease lasts, added to the above when nobody saw the send end.
    package var leaseDuration = Duration.seconds(90)
    /// How many counting reads in a row must find nothing before the issuance is sent again.
    package var absentReadsRequired = 2
    /// How often an issuance may be handed to a sender before an operator decides.
    package var sendsMax = 5
    /// How long after Cosmo's answer the issuance is read when no webhook comes.
    package var confirmDelay = Duration.seconds(60)
    /// How many reads may miss an accepted issuance before a person looks.
    package var acceptedReadsMax = 10

    /// Makes a policy with the defaults above.
    package init() {}
}
