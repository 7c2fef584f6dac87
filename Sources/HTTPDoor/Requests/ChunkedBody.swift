import NIOCore

/// Takes a body in the chunked coding apart (RFC 9112 section 7.1); extensions and trailers are read and dropped.
struct ChunkedBody {
    private enum State {
        case size
        case data(left: Int)
        case dataEnd
        case trailers(bytesLeft: Int)
        case done
    }

    /// The longest line that gives a chunk's size, with its extensions.
    static let sizeLineBytesMax = 256
    static let trailerBytesMax = 8_192

    private var state = State.size

    /// Whether the end was read.
    var isComplete: Bool { if case .done = state { true } else { false } }

    /// The next piece of the body; nil when more must come, or when the end was read.
    mutating func next(from input: inout ByteBuffer) throws(HTTPFault) -> ByteBuffer? {
        while true {
            switch state {
            case .size:
                guard let line = try Self.line(from: &input, bytesMax: Self.sizeLineBytesMax) else { return nil }
                let size = try Self.size(line)
                state = size == 0 ? .trailers(bytesLeft: Self.trailerBytesMax) : .data(left: size)
            case .data(let left):
                let count = min(left, input.readableBytes)
                guard count > 0, let piece = input.readSlice(length: count) else { return nil }
                state = count == left ? .dataEnd : .data(left: left - count)
                return piece
            case .dataEnd:
                guard input.readableBytes >= 2 else { return nil }
                guard let end = input.readBytes(length: 2), end == [HTTPSyntax.carriageReturn, HTTPSyntax.lineFeed]
                else {
                    throw .malformed
                }
                state = .size
            case .trailers(let left):
                guard let line = try Self.line(from: &input, bytesMax: left) else { return nil }
                guard !line.isEmpty else {
                    state = .done
                    return nil
                }
                guard line.withUnsafeBytes({ HTTPSyntax.field($0[...]) != nil }) else { throw .malformed }
                state = .trailers(bytesLeft: left - line.count - 2)
            case .done: return nil
            }
        }
    }

    /// A line without its end; nil while it is not whole.
    private static func line(from input: inout ByteBuffer, bytesMax: Int) throws(HTTPFault) -> [UInt8]? {
        let view = input.readableBytesView.prefix(max(0, bytesMax) + 2)
        guard let end = view.firstIndex(of: HTTPSyntax.lineFeed) else {
            guard view.count < max(0, bytesMax) + 2 else { throw .malformed }
            return nil
        }
        guard end > view.startIndex, view[end - 1] == HTTPSyntax.carriageReturn else { throw .malformed }
        let line = Array(view[view.startIndex..<(end - 1)])
        input.moveReaderIndex(forwardBy: line.count + 2)
        return line
    }

    private static func size(_ line: [UInt8]) throws(HTTPFault) -> Int {
        let digits = line.prefix { HTTPSyntax.hexadecimalDigit($0) != nil }
        let rest = line[digits.endIndex...].drop { $0 == HTTPSyntax.space || $0 == HTTPSyntax.tab }
        guard (1...15).contains(digits.count), rest.isEmpty || rest.first == 0x3B,
            rest.allSatisfy(HTTPSyntax.isValueByte)
        else { throw .malformed }
        return digits.reduce(0) { $0 * 16 + (HTTPSyntax.hexadecimalDigit($1) ?? 0) }
    }
}
