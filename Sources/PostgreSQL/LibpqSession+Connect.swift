import CPostgreSQL
import Logging

extension LibpqSession {
    /// Opens a connection, host after host as the connection string lists them; blocks the calling thread.
    ///
    /// libpq's blocking call is used because only it applies `connect_timeout` to each host in turn.
    static func connect(_ configuration: PostgresConfiguration, wake: WakeSignal, logger: Logger) throws -> LibpqSession
    {
        // Later keywords win: what stands before `dbname` is a default, what stands behind it is ours to decide.
        let settings: [(String, String)] = [
            ("connect_timeout", String(max(2, configuration.connectTimeout.components.seconds))),
            ("tcp_user_timeout", String(max(1, configuration.statementTimeout.components.seconds) * 1000)),
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("fallback_application_name", configuration.applicationName),
            ("dbname", configuration.connectionString),
            ("client_encoding", "UTF8"),
        ]
        let keywords = CStringArray(settings.map(\.0))
        let values = CStringArray(settings.map(\.1))
        let opened = keywords.withPointers { keywords in
            values.withPointers { values in PQconnectdbParams(keywords, values, 1) }
        }
        guard let connection = opened else {
            throw PostgresError(.connectionFailed, "out of memory while connecting")
        }
        let session = LibpqSession(connection: connection, wake: wake, logger: logger)
        guard PQstatus(connection) == CONNECTION_OK else {
            throw PostgresError(.connectionFailed, session.trimmedErrorMessage)
        }
        session.installNoticeHandler()
        PQsetnonblocking(connection, 1)
        session.begin(JobControl(timeout: configuration.connectTimeout))
        defer { session.endJob() }
        try session.execute("SET TIME ZONE 'UTC'")
        return session
    }

    var trimmedErrorMessage: String {
        let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        let lines = message.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
        return lines.isEmpty ? "the connection broke" : lines.joined(separator: "; ")
    }

    private func installNoticeHandler() {
        // SAFETY: the session outlives its PGconn, which it finishes in deinit, and libpq calls back only from the
        // thread that uses the connection.
        let context = Unmanaged.passUnretained(self).toOpaque()
        PQsetNoticeProcessor(
            connection,
            { context, message in
                guard let context, let message else { return }
                let session = Unmanaged<LibpqSession>.fromOpaque(context).takeUnretainedValue()
                let text = String(cString: message).split(separator: "\n").first.map(String.init) ?? ""
                session.logger.debug("notice from PostgreSQL", metadata: ["notice": "\(text)"])
            }, context)
    }
}

/// C strings kept alive together, with the closing null pointer libpq wants.
private struct CStringArray {
    private let strings: [ContiguousArray<CChar>]

    init(_ strings: [String]) { self.strings = strings.map(\.utf8CString) }

    func withPointers<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
        func collect(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> R {
            guard index < strings.count else {
                return (pointers + [nil]).withUnsafeBufferPointer { body($0.baseAddress) }
            }
            return strings[index].withUnsafeBufferPointer { collect(index + 1, pointers + [$0.baseAddress]) }
        }
        return collect(0, [])
    }
}
