package import SwiftProtobuf

/// Sends the messages of a stream.
///
/// **Guarantees** `send` suspends while the peer does not read, so that no more than a bounded number of bytes waits.
///
/// **Errors** `send` throws `RPCError` when the stream is over, `CancellationError` when its task is cancelled while it
/// waits; the message was queued then.
///
/// **Concurrency** May be used from several tasks; messages are sent in the order of the calls.
package struct RPCWriter<Element: Message>: Sendable {
    private let outbound: OutboundMessages
    private var guardian: (@Sendable () async throws -> Void)?

    init(_ outbound: OutboundMessages) {
        self.outbound = outbound
    }

    /// Sends one message.
    package func send(_ message: Element) async throws {
        try await guardian?()
        try await outbound.send(FramedMessage.encode(message))
    }

    /// The same stream, on which a message is sent only when the check lets it pass.
    package func guarded(by check: @escaping @Sendable () async throws -> Void) -> RPCWriter {
        var guarded = self
        guarded.guardian = check
        return guarded
    }

    /// Says that no more messages follow. A server's stream ends by itself when its handler returns.
    package func finish() {
        outbound.finish()
    }
}
