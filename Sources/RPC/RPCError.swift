package import SwiftProtobuf

/// Why a call failed: thrown by a handler to answer its caller, thrown by the client to its own.
///
/// **Guarantees** `code`, `message`, `details` and `metadata` travel to the peer; `cause` never leaves the process.
package struct RPCError: Error, Sendable {
    /// The status code.
    package var code: RPCStatusCode
    /// What happened and what to do, for people.
    package var message: String
    /// Messages for programs, such as `google.rpc.ErrorInfo`; they travel in `grpc-status-details-bin`.
    package var details: [Google_Protobuf_Any]
    /// Trailing metadata.
    package var metadata: Metadata
    /// What lies beneath, for operators.
    package var cause: (any Error)?

    /// Makes an error.
    package init(
        _ code: RPCStatusCode, _ message: String, details: [Google_Protobuf_Any] = [], metadata: Metadata = [:],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.metadata = metadata
        self.cause = cause
    }

    /// Makes an error with a stable reason for programs (`google.rpc.ErrorInfo`).
    ///
    /// - Parameters:
    ///   - reason: UPPER_SNAKE_CASE, unique within the domain.
    ///   - domain: who defines the reason.
    ///   - facts: what belongs to the reason.
    package init(
        _ code: RPCStatusCode, _ message: String, reason: String, domain: String, facts: [String: String] = [:],
        cause: (any Error)? = nil
    ) {
        self.init(code, message, cause: cause)
        var info = Google_Rpc_ErrorInfo()
        info.reason = reason
        info.domain = domain
        info.metadata = facts
        attach(info)
    }

    /// Adds a message for programs.
    package mutating func attach(_ detail: some Message) {
        // Packing fails only for a proto2 message without its required fields, which none of ours is.
        if let packed = try? Google_Protobuf_Any(message: detail) { details.append(packed) }
    }

    /// The first detail of the type, when there is one that can be read.
    package func detail<Detail: Message>(_ type: Detail.Type) -> Detail? {
        for detail in details where detail.isA(type) {
            if let message = try? Detail(unpackingAny: detail) { return message }
        }
        return nil
    }

    /// The stable reason, when the error carries one.
    package var errorInfo: Google_Rpc_ErrorInfo? { detail(Google_Rpc_ErrorInfo.self) }
}

extension RPCError: CustomStringConvertible {
    /// The code and the message; no details, which may hold data of the caller.
    package var description: String { "\(code): \(message)" }
}
