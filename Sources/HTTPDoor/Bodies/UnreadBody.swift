import NIOCore

/// What of the current request's body has not been taken from the connection yet.
struct UnreadBody {
    private enum Rest {
        case bytes(Int)
        case chunks(ChunkedBody)
    }

    private var rest: Rest

    init(_ framing: RequestHead.Framing) {
        rest =
            switch framing {
            case .none: .bytes(0)
            case .length(let count): .bytes(count)
            case .chunked: .chunks(ChunkedBody())
            }
    }

    var isComplete: Bool {
        switch rest {
        case .bytes(let count): count == 0
        case .chunks(let body): body.isComplete
        }
    }

    /// How many bytes are still to come; nil when the client has not said.
    var declaredBytes: Int? { if case .bytes(let count) = rest { count } else { nil } }

    /// The next piece; nil when more must come, or when it is complete.
    mutating func next(from input: inout ByteBuffer) throws(HTTPFault) -> ByteBuffer? {
        switch rest {
        case .bytes(let count):
            guard let piece = input.readSlice(length: min(count, input.readableBytes)), piece.readableBytes > 0 else {
                return nil
            }
            rest = .bytes(count - piece.readableBytes)
            return piece
        case .chunks(var body):
            defer { rest = .chunks(body) }
            return try body.next(from: &input)
        }
    }
}
