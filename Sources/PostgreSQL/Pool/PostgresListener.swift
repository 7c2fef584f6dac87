package import Logging
import Waiting

/// Receives NOTIFY messages on a connection of its own, and connects again when that breaks.
///
/// **Guarantees** PostgreSQL keeps no message for a listener that is away: a caller that needs every event reads its
/// tables in `onReconnect`, which is called each time listening has begun, the first time included. A server that
/// hangs, or that has become a standby, is noticed within a few ``checkInterval``s.
package struct PostgresListener: Sendable {
    private let configuration: PostgresConfiguration
    private let logger: Logger
    private let checkInterval: Duration
    /// Notifications kept for a slow receiver; beyond this the listener starts over, which reads the tables again.
    private static let bufferedMax = 10_000

    /// Creates a listener; nothing is opened before `run`.
    ///
    /// - Parameter checkInterval: How often the server is asked for a sign of life, and how long it may take to give
    ///   it. A listening connection is silent for hours, and silence says nothing about the other end.
    package init(configuration: PostgresConfiguration, checkInterval: Duration = .seconds(5), logger: Logger) {
        self.configuration = configuration
        self.checkInterval = checkInterval
        self.logger = logger
    }

    /// Listens until the calling task is cancelled; then returns.
    ///
    /// **Errors** None for a lost or refused connection and for a server that cannot take LISTEN now, such as a
    /// standby: it is tried again with backoff, and logged once an outage. `server` when LISTEN is refused for another
    /// reason.
    ///
    /// **Concurrency** The callbacks run in the calling task, one at a time, in the order of arrival.
    package func run(
        channels: [String],
        onNotification: @Sendable (_ channel: String, _ payload: String) async -> Void,
        onReconnect: @Sendable () async -> Void = {}
    ) async throws {
        let backoff = Backoff(
            base: configuration.reconnectBackoffMin, cap: configuration.reconnectBackoffMax, jitter: .equal)
        var failures = 0
        var outage = Outage()
        while !Task.isCancelled {
            do {
                try await listen(to: channels) {
                    if outage.succeeded() { logger.notice("listening to PostgreSQL again") }
                    failures = 0
                    await onReconnect()
                } onNotification: {
                    await onNotification($0, $1)
                }
            } catch let error as PostgresError
                where error.meaning.isOutage || error.meaning == .timedOut
            {
                logger.log(
                    level: outage.failed() ? .warning : .debug, "listening to PostgreSQL was interrupted; will retry",
                    metadata: ["error": "\(error)"])
            } catch is CancellationError {
                return
            }
            failures += 1
            // The server does not announce its return.
            do { try await Task.sleep(for: backoff.pause(afterFailures: failures)) } catch { return }
        }
    }

    /// Listens over one connection until it ends.
    private func listen(
        to channels: [String],
        onListening: () async -> Void,
        onNotification: (String, String) async -> Void
    ) async throws {
        let (stream, continuation) = AsyncStream<(String, String)>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.bufferedMax))
        let dedicated = try await DedicatedConnection.open(
            configuration, logger: logger,
            notified: { channel, payload in
                if case .dropped = continuation.yield((channel, payload)) { continuation.finish() }
            },
            closed: { continuation.finish() })
        defer { dedicated.close() }
        let connection = dedicated.connection
        let listens = channels.map { PostgresStatement("LISTEN \(Self.quoted($0))") }
        _ = try await connection.pipeline(listens, timeout: checkInterval)
        await onListening()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Whatever ends the checks ends the listening.
                defer { continuation.finish() }
                let question = try EncodedStatement(PostgresStatement("SELECT pg_is_in_recovery() AS is_standby"))
                while true {
                    try await Task.sleep(for: checkInterval)
                    let isStandby: Bool = try await connection.perform(
                        timeout: checkInterval, interrupting: .cancels(grace: .milliseconds(500))
                    ) { try $0.pipeline([question], preamble: nil)[0][0].get("is_standby") }
                    if isStandby { throw PostgresError.connectionLost("the server has become a standby") }
                }
            }
            for await (channel, payload) in stream {
                await onNotification(channel, payload)
            }
            group.cancelAll()
            do {
                try await group.waitForAll()
            } catch is CancellationError {
                // The connection ended, or the calling task was cancelled.
            }
        }
    }

    private static func quoted(_ identifier: String) -> String {
        "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
