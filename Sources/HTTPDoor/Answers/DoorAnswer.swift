import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// An answer, whole.
struct DoorAnswer: Sendable {
    let head: HTTPResponse
    let body: ByteBuffer

    init(head: HTTPResponse, body: ByteBuffer) {
        self.head = head
        self.body = body
    }

    /// Gathers what a response writes.
    ///
    /// **Errors** whatever the response's own body throws.
    init(_ response: Response) async throws {
        let gathered = Gathered()
        try await response.body.write(gathered)
        self.init(head: response.head, body: gathered.buffer)
    }

    /// Whether the connection must be closed after it.
    var closes: Bool { head.headerFields[.connection]?.lowercased() == "close" }
}

/// A body gathered in memory; a class, since a writer is consumed by what writes to it.
private final class Gathered: ResponseBodyWriter {
    private(set) var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) {
        var buffer = buffer
        if self.buffer.readableBytes == 0 { self.buffer = buffer } else { self.buffer.writeBuffer(&buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}
