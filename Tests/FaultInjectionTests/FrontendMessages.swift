import NIOCore

/// The client's side of PostgreSQL's protocol, read just far enough to know which statement runs when.
struct FrontendMessages {
    struct Message {
        let bytes: ByteBuffer
        /// The statement that this message has executed, in capital letters; nil for every other message.
        let statement: String?
    }

    private var buffer = ByteBuffer()
    private var isStarted = false
    private var prepared: [String: String] = [:]

    /// Takes bytes and gives the messages that are whole.
    mutating func take(_ bytes: ByteBuffer) -> [Message] {
        var bytes = bytes
        buffer.writeBuffer(&bytes)
        var messages: [Message] = []
        while let message = next() { messages.append(message) }
        return messages
    }

    private mutating func next() -> Message? {
        // The first message has a length and no type.
        let header = isStarted ? 1 : 0
        guard let length = buffer.getInteger(at: buffer.readerIndex + header, as: UInt32.self) else { return nil }
        guard var message = buffer.readSlice(length: Int(length) + header) else { return nil }
        let whole = message
        guard isStarted else {
            isStarted = true
            return Message(bytes: whole, statement: nil)
        }
        let type = message.readInteger(as: UInt8.self) ?? 0
        message.moveReaderIndex(forwardBy: 4)
        switch type {
        case UInt8(ascii: "P"):
            let name = message.readNullTerminatedString() ?? ""
            prepared[name] = (message.readNullTerminatedString() ?? "").uppercased()
        case UInt8(ascii: "B"):
            _ = message.readNullTerminatedString()
            return Message(bytes: whole, statement: prepared[message.readNullTerminatedString() ?? ""])
        case UInt8(ascii: "Q"):
            return Message(bytes: whole, statement: (message.readNullTerminatedString() ?? "").uppercased())
        default: break
        }
        return Message(bytes: whole, statement: nil)
    }
}
