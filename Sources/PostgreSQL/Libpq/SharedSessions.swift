import CPostgreSQL
package import Logging

/// Finds out whether connections have sessions of their own.
enum SharedSessions {
    /// Each round has the pooler choose a session once for either connection.
    private static let roundsMax = 20
    private static let ask = "SELECT pg_backend_pid()"

    /// Refuses a connection whose sessions are shared with other connections.
    ///
    /// Without a pooler the process the server names at the start is the one that answers, and one question is enough.
    /// Behind one, a second connection is opened: with sessions of their own, the two are answered by two processes
    /// throughout.
    ///
    /// **Errors** ``SharedSessionsError``; `PostgresError`.
    static func refuse(
        on connection: PostgresConnection, _ configuration: PostgresConfiguration, logger: Logger
    ) async throws {
        let (named, first) = try await connection.perform(timeout: configuration.statementTimeout) { session in
            (PQbackendPID(session.connection), try session.firstValue(of: ask))
        }
        guard first != String(named) else { return }
        var ours: Set = [first]
        var others: Set<String?> = []
        try await PostgresConnection.withDedicated(configuration, logger: logger) { other in
            for _ in 0..<roundsMax {
                others.insert(try await answer(on: other, configuration))
                ours.insert(try await answer(on: connection, configuration))
                guard ours.count == 1, others.count == 1, ours.isDisjoint(with: others) else {
                    throw SharedSessionsError()
                }
            }
        }
    }

    private static func answer(
        on connection: PostgresConnection, _ configuration: PostgresConfiguration
    ) async throws -> String? {
        // The simple protocol, since a name prepared by one connection would exist already for the other.
        try await connection.perform(timeout: configuration.statementTimeout) { try $0.firstValue(of: ask) }
    }
}

extension PostgresConnection {
    /// Refuses to work where a pooler lends server sessions by the transaction or statement.
    ///
    /// **Errors** ``SharedSessionsError``; `PostgresError`.
    package static func refuseSharedSessions(_ configuration: PostgresConfiguration, logger: Logger) async throws {
        try await withDedicated(configuration, logger: logger) {
            try await SharedSessions.refuse(on: $0, configuration, logger: logger)
        }
    }
}
