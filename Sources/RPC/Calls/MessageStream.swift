import HTTP2

/// What the two ends of a call have in common: a stream that carries messages.
class MessageStream: HTTP2Stream, @unchecked Sendable {
    // SAFETY: @unchecked as its superclass: confined to the connection's event loop.

    var deframer: MessageDeframer
    private(set) var inbound: InboundMessages?
    private(set) var outbound: OutboundMessages?
    /// How many bytes of messages came, prefixes included.
    private(set) var receivedByteCount = 0
    /// How many bytes of messages were queued to go, prefixes included.
    var queuedByteCount = 0

    init(connection: HTTP2Connection, messageBytesMax: Int) {
        deframer = MessageDeframer(messageBytesMax: messageBytesMax)
        super.init(connection: connection)
    }

    /// Lets tasks take part in the stream.
    ///
    /// - Parameter requestBytes: Counts what waits to be taken.
    func openQueues(counting requestBytes: RequestBytes? = nil) -> (InboundMessages, OutboundMessages) {
        let queues = (
            InboundMessages(stream: self, requestBytes: requestBytes), OutboundMessages(stream: self)
        )
        (inbound, outbound) = queues
        return queues
    }

    /// Breaks the ties between the stream and its tasks.
    func closeQueues(_ error: any Error) {
        inbound?.finish(throwing: error)
        outbound?.fail(error)
        inbound = nil
        outbound = nil
    }

    /// Takes a piece of the body; throws what is wrong with it.
    func deframe(_ bytes: UnsafeBufferPointer<UInt8>, onMessage: ([UInt8]) -> Void) throws(RPCError) {
        receivedByteCount += bytes.count
        try deframer.append(bytes, onMessage: onMessage)
    }

    /// Puts on the wire what tasks have sent.
    func pullOutbound() {
        guard let pull = outbound?.pull() else { return }
        if !pull.messages.isEmpty { willSendMessages() }
        for message in pull.messages {
            queuedByteCount += message.count
            send(message)
        }
        if pull.isFinished { outboundFinished() }
    }

    /// Messages are about to be put on the wire.
    func willSendMessages() {}

    /// The tasks have sent their last message.
    func outboundFinished() {}

    override func sentData(byteCount: Int) {
        outbound?.sent(byteCount: byteCount)
    }
}
