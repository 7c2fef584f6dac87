public import Logging

/// Receives NOTIFY messages on a connection of its own, and connects again when that breaks.
///
/// **Guarantees** PostgreSQL keeps no message for a listener that is away: whoever needs every event reads its tables in
/// `onReconnect`, which is called each time listening has begun, the first time included.
public struct PostgresListener: Sendable {
    private let configuration: PostgresConfiguration
    private let logger: Logger
    /// Notifications kept for a slow receiver; beyond this the listener starts over, which reads the tables again.
    private static let bufferedMax = 10_000

    /// Creates a listener; nothing is opened before `run`.
    public init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Listens until the calling task is cancelled; then returns.
    ///
    /// **Errors** None for a lost or refused connection, which is tried again with backoff; `server` when LISTEN itself is
    /// refused.
    ///
    /// **Concurrency** The callbacks run in the calling task, one at a time, in the order of arrival.
    public func run(
        channels: [String],
        onNotification: @Sendable (_ channel: String, _ payload: String) async -> Void,
        onReconnect: @Sendable () async -> Void = {}
    ) async throws {
        let backoff = ReconnectBackoff(min: configuration.reconnectBackoffMin, max: configuration.reconnectBackoffMax)
        var generator = SystemRandomNumberGenerator()
        var failures = 0
        while !Task.isCancelled {
            do {
                try await listen(to: channels) {
                    failures = 0
                    await onReconnect()
                } onNotification: {
                    await onNotification($0, $1)
                }
            } catch let error as PostgresError where error.isConnectivity {
                logger.warning("listening to PostgreSQL was interrupted", metadata: ["error": "\(error)"])
            } catch is CancellationError {
                return
            }
            failures += 1
            let pause = backoff.pause(afterFailures: failures, using: &generator)
            do { try await Task.sleep(for: pause) } catch { return }
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
        let script = channels.map { "LISTEN \(Self.quoted($0));" }.joined(separator: "\n")
        try await dedicated.connection.execute(script)
        await onListening()
        for await (channel, payload) in stream {
            await onNotification(channel, payload)
        }
    }

    private static func quoted(_ identifier: String) -> String {
        "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
