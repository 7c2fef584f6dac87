import HTTPTypes
import NIOCore

/// Writes answers as RFC 9112 has them: always with a length, and without a body where there is none.
enum AnswerEncoder {
    static let goOn = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// The head of an answer.
    ///
    /// - Parameters:
    ///   - connection: the value of `Connection`; nil for none.
    static func head(_ answer: DoorAnswer, to method: HTTPRequest.Method?, connection: String?) -> ByteBuffer {
        let status = answer.head.status
        let reason = status.reasonPhrase
        var text = "HTTP/1.1 \(status.code) \(reason)\r\n"
        for field in answer.head.headerFields where !Self.ours.contains(field.name) {
            text += "\(field.name.rawName): \(field.value)\r\n"
        }
        text += "date: \(HTTPDate.now)\r\n"
        if hasBody(status) {
            let said =
                method == .head && answer.body.readableBytes == 0 ? answer.head.headerFields[.contentLength] : nil
            text += "content-length: \(said ?? String(answer.body.readableBytes))\r\n"
        }
        if let connection { text += "connection: \(connection)\r\n" }
        return ByteBuffer(string: text + "\r\n")
    }

    /// The body that follows the head; nil where none may: after HEAD, and with statuses that have none.
    static func body(_ answer: DoorAnswer, to method: HTTPRequest.Method?) -> ByteBuffer? {
        method == .head || !hasBody(answer.head.status) || answer.body.readableBytes == 0 ? nil : answer.body
    }

    private static func hasBody(_ status: HTTPResponse.Status) -> Bool {
        status.kind != .informational && status.code != 204 && status.code != 304
    }

    private static let ours: Set<HTTPField.Name> = [.contentLength, .connection, .date, .transferEncoding]
}
