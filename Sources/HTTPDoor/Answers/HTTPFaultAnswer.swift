package import HTTPTypes
import NIOCore

/// How a door words the answer to a fault; the status is the fault's own.
package struct HTTPFaultAnswer: Sendable {
    /// The body, a JSON document.
    package let json: String
    /// Fields beside those that every answer has.
    package let fields: HTTPFields

    /// Makes an answer.
    package init(json: String, fields: HTTPFields = [:]) {
        self.json = json
        self.fields = fields
    }

    /// The reason and its message, for a door without an envelope of its own.
    package init(_ fault: HTTPFault) {
        self.init(json: #"{"reason":"\#(fault.rawValue)","message":"\#(fault.message)"}"#)
    }
}

extension DoorAnswer {
    init(_ fault: HTTPFault, _ answer: HTTPFaultAnswer) {
        var fields = answer.fields
        fields[.contentType] = "application/json"
        fields[.cacheControl] = "no-store"
        self.init(
            head: HTTPResponse(status: HTTPResponse.Status(code: fault.status), headerFields: fields),
            body: ByteBuffer(string: answer.json))
    }
}
