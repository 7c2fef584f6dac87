package import PostgreSQL

/// Something an operator changed.
package struct OperatorAction: Sendable, Hashable {
    /// Its number, growing in order of recording.
    package let actionID: Int64
    /// Who did it.
    package let clientID: String
    /// What was done, by the name of the call.
    package let action: String
    /// To what: the id of a card, program, client, issuance or delivery.
    package let subject: String
    /// The words that went with it, as a JSON object.
    package let detailJSON: String
    /// When.
    package let actedAt: PostgresTimestamp
}
