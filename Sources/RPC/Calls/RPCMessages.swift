package import SwiftProtobuf

/// The messages of a stream in the order they were sent.
///
/// **Guarantees** While they are not read, the peer is held back by flow control; no more than a window and one message
/// are kept.
///
/// **Errors** Iteration throws `RPCError`: how the stream failed, or a message that cannot be decoded.
///
/// **Concurrency** One task iterates.
package struct RPCMessages<Element: Message>: AsyncSequence, Sendable {
    /// Gives one message after the other.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let inbound: InboundMessages
        let guardian: (@Sendable () async throws -> Void)?

        /// The next message; `nil` at the end of the stream.
        package mutating func next() async throws -> Element? {
            guard let bytes = try await inbound.next() else { return nil }
            try await guardian?()
            return try RPCMethod.decode(bytes)
        }
    }

    private let inbound: InboundMessages
    private var guardian: (@Sendable () async throws -> Void)?

    init(_ inbound: InboundMessages) {
        self.inbound = inbound
    }

    /// Begins the iteration.
    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(inbound: inbound, guardian: guardian)
    }

    /// The same messages, each of which is handed over only when the check lets it pass.
    package func guarded(by check: @escaping @Sendable () async throws -> Void) -> RPCMessages {
        var guarded = self
        guarded.guardian = check
        return guarded
    }

    /// Ends the messages: those that were not read are dropped, and reading throws the error.
    package func end(throwing error: any Error) { inbound.finish(throwing: error) }
}
