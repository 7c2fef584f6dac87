import CPostgreSQL
import Logging

/// Asks a server, over another connection, whether it still works at the COMMIT of a session that is not answered.
enum CommitProbe {
    private static let limit = Duration.seconds(2)

    /// Whether the server at the session's address answers and has the session's COMMIT under way.
    ///
    /// False when it does not answer in time, as a stopped process does; and when the address leads to another server
    /// by now, which does not know the session.
    static func isCommitting(_ session: LibpqSession, _ configuration: PostgresConfiguration, logger: Logger) -> Bool {
        var configuration = configuration
        configuration.connectTimeout = limit
        configuration.statementTimeout = limit
        func text(_ value: UnsafeMutablePointer<CChar>?) -> String { value.map { String(cString: $0) } ?? "" }
        let overrides = [
            ("host", text(PQhost(session.connection))), ("port", text(PQport(session.connection))),
            (
                "hostaddr",
                ConnectionSettings.given(by: configuration.connectionString)["hostaddr"] == nil
                    ? "" : text(PQhostaddr(session.connection))
            ),
            ("target_session_attrs", "any"), ("connect_timeout", "2"),
        ]
        guard let wake = try? WakeSignal(),
            let probe = try? LibpqSession.connect(configuration, overrides: overrides, wake: wake, logger: logger)
        else { return false }
        probe.begin(JobControl(timeout: limit, interrupting: .cancels(grace: .milliseconds(200))))
        defer { probe.endJob() }
        let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query = 'COMMIT'"
        guard
            let question = try? EncodedStatement(
                PostgresStatement(sql, [.int4(PQbackendPID(session.connection))])),
            let rows = try? probe.pipeline([question], preamble: nil).first
        else { return false }
        return !rows.isEmpty
    }
}
