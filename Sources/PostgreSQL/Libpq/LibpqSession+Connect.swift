import CPostgreSQL
import Logging

extension LibpqSession {
    /// Opens a connection, host after host as the connection string lists them; blocks the calling thread.
    ///
    /// libpq's blocking call is used because only it applies `connect_timeout` to each host in turn.
    static func connect(
        _ configuration: PostgresConfiguration, overrides: [(keyword: String, value: String)] = [], wake: WakeSignal,
        isAbandonRequested: @escaping @Sendable () -> Bool = { false }, logger: Logger
    ) throws -> LibpqSession {
        let settings = ConnectionSettings(configuration, overrides: overrides).pairs
        let keywords = CStringArray(settings.map(\.keyword))
        let values = CStringArray(settings.map(\.value))
        let opened = keywords.withPointers { keywords in
            values.withPointers { values in PQconnectdbParams(keywords, values, 1) }
        }
        guard let connection = opened else {
            throw PostgresError(.connectionFailed, "out of memory while connecting")
        }
        let session = LibpqSession(
            connection: connection, wake: wake, isAbandonRequested: isAbandonRequested, logger: logger)
        guard PQstatus(connection) == CONNECTION_OK else {
            throw PostgresError(.connectionFailed, session.trimmedErrorMessage)
        }
        session.installNoticeHandler()
        PQsetnonblocking(connection, 1)
        session.begin(JobControl(timeout: configuration.connectTimeout))
        defer { session.endJob() }
        try session.execute(preparation(configuration))
        return session
    }

    /// What each session is set to, whatever the role and the database say.
    private static func preparation(_ configuration: PostgresConfiguration) -> String {
        // For PostgreSQL zero milliseconds mean "without end".
        let lockTimeout = configuration.lockTimeout.map { max(1, $0.wholeMilliseconds) } ?? 0
        let idleTimeout = max(1, configuration.idleTransactionTimeout.wholeMilliseconds)
        // A role that hides warnings would hide that a commit did not reach its standby.
        return """
            SET TIME ZONE 'UTC'; SET client_min_messages = notice; SET lock_timeout = \(lockTimeout);
            SET idle_in_transaction_session_timeout = \(idleTimeout)
            """
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
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<LibpqSession>.fromOpaque(context).takeUnretainedValue().heed(ServerNotice(result))
            }, context)
    }

    private func heed(_ notice: ServerNotice) {
        if notice.saysCommitMayBeLost(duringCommit: isCommitting) { commitNotice = notice }
        if notice.severity == "FATAL" { noteEnd(notice.sqlState, notice.message) }
        logger.debug(
            "notice from PostgreSQL", metadata: ["notice": "\(notice.message)", "sqlstate": "\(notice.sqlState)"])
    }
}

extension Duration {
    /// The milliseconds, as far as PostgreSQL can count them.
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = min(max(self, .zero), .milliseconds(Int64(Int32.max))).components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
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
