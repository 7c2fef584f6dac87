/// Cuts the body of a stream into messages (gRPC over HTTP/2, Length-Prefixed-Message), however it was cut into pieces.
struct MessageDeframer {
    var messageBytesMax: Int
    private var prefix: UInt64 = 0
    private var prefixCount = 0
    private var message: [UInt8] = []
    private var missing = 0

    init(messageBytesMax: Int) {
        self.messageBytesMax = messageBytesMax
    }

    /// Whether a message has begun and not ended.
    var isInsideMessage: Bool { prefixCount > 0 }

    /// How many bytes of an unfinished message are kept.
    var heldByteCount: Int { message.count }

    /// Takes a piece of the body and hands over each message that it completes.
    ///
    /// **Errors** RESOURCE_EXHAUSTED for a length above the limit, as soon as the prefix is read; INTERNAL for a
    /// message marked as compressed, since no compression was agreed on.
    mutating func append(
        _ piece: UnsafeBufferPointer<UInt8>, onMessage: ([UInt8]) -> Void
    ) throws(RPCError) {
        var rest = piece[...]
        while !rest.isEmpty {
            if prefixCount < 5 {
                prefix = prefix << 8 | UInt64(rest.removeFirst())
                prefixCount += 1
                guard prefixCount == 5 else { continue }
                try begin()
            } else {
                let taken = rest.prefix(missing)
                if message.isEmpty {
                    message = Array(taken)
                } else {
                    // Growing by doubling, but never beyond what was announced.
                    if message.count + taken.count > message.capacity {
                        message.reserveCapacity(min(message.count + missing, 2 * message.capacity + taken.count))
                    }
                    message.append(contentsOf: taken)
                }
                missing -= taken.count
                rest = rest.dropFirst(taken.count)
            }
            if missing == 0 { onMessage(finish()) }
        }
    }

    private mutating func begin() throws(RPCError) {
        let length = Int(prefix & 0xffff_ffff)
        switch prefix >> 32 {
        case 0: break
        case 1: throw RPCError(.internal, "a message is marked as compressed, but no grpc-encoding was agreed on")
        default: throw RPCError(.internal, "a message begins with an unknown flag; the stream is not gRPC")
        }
        guard length <= messageBytesMax else {
            throw RPCError(
                .resourceExhausted, "a message of \(length) bytes is larger than the limit of \(messageBytesMax) bytes")
        }
        missing = length
    }

    private mutating func finish() -> [UInt8] {
        defer {
            message = []
            prefix = 0
            prefixCount = 0
        }
        return message
    }
}
