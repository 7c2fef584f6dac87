public import PostgreSQL

/// Something an operator changed.
public struct OperatorAction: Sendable, Hashable {
    /// Its number, growing in order of recording.
    public let actionID: Int64
    /// Who did it.
    public let clientID: String
    /// What was done, by the name of the call.
    public let action: String
    /// To what: the id of a card, program, client, issue or delivery.
    public let subject: String
    /// The words that went with it, as a JSON object.
    public let detailJSON: String
    /// When.
    public let actedAt: PostgresTimestamp
}
