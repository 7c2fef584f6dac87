import SwiftProtobuf

/// A serialized message behind its five-byte prefix (gRPC over HTTP/2, Length-Prefixed-Message), made in one
/// allocation: SwiftProtobuf writes straight behind the prefix.
struct FramedMessage: SwiftProtobufContiguousBytes {
    static let prefixByteCount = 5

    private var bytes: [UInt8]

    /// Serializes the message.
    static func encode(_ message: some Message) throws -> [UInt8] {
        do {
            let framed: FramedMessage = try message.serializedBytes()
            return framed.bytes
        } catch {
            throw RPCError(.internal, "a message could not be serialized", cause: error)
        }
    }

    init(repeating value: UInt8, count: Int) {
        bytes = [UInt8](repeating: value, count: count + Self.prefixByteCount)
        writePrefix()
    }

    init<Bytes: Sequence>(_ sequence: Bytes) where Bytes.Element == UInt8 {
        bytes = [UInt8](repeating: 0, count: Self.prefixByteCount) + sequence
        writePrefix()
    }

    var count: Int { bytes.count - Self.prefixByteCount }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[Self.prefixByteCount...])) }
    }

    mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try bytes.withUnsafeMutableBytes {
            try body(UnsafeMutableRawBufferPointer(rebasing: $0[Self.prefixByteCount...]))
        }
    }

    private mutating func writePrefix() {
        let length = UInt32(truncatingIfNeeded: count)
        bytes[0] = 0
        bytes[1] = UInt8(truncatingIfNeeded: length >> 24)
        bytes[2] = UInt8(truncatingIfNeeded: length >> 16)
        bytes[3] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[4] = UInt8(truncatingIfNeeded: length)
    }
}
