/// The isolation level of a transaction (PostgreSQL manual, section 13.2).
package enum PostgresIsolation: String, Sendable, CaseIterable {
    /// Each statement sees what was committed before it began.
    case readCommitted = "READ COMMITTED"
    /// The whole transaction sees one snapshot; a write conflict fails with `40001`.
    case repeatableRead = "REPEATABLE READ"
    /// The outcome equals some serial order; a conflict fails with `40001`.
    case serializable = "SERIALIZABLE"

    var beginSQL: String { "BEGIN ISOLATION LEVEL \(rawValue)" }
}
