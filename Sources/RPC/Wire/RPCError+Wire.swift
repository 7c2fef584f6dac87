import Cryptography
import HTTP2
import SwiftProtobuf

extension RPCError {
    /// The largest message and details that are sent; longer ones are cut or left out, since peers limit their headers
    /// and would lose the status with them.
    private static let messageBytesMax = 2048
    private static let detailsBytesMax = 5120

    /// The trailers that report the error to the peer.
    var trailers: [(name: String, value: [UInt8])] {
        var list = [(name: "grpc-status", value: Array("\(code.rawValue)".utf8))]
        let shortened = String(message.prefix(Self.messageBytesMax))
        if !message.isEmpty { list.append((name: "grpc-message", value: PercentEncoding.encode(shortened))) }
        if !details.isEmpty {
            var status = Google_Rpc_Status()
            status.code = Int32(code.rawValue)
            status.message = shortened
            status.details = details
            if let bytes: [UInt8] = try? status.serializedBytes(), bytes.count <= Self.detailsBytesMax {
                let text = Base64.encode(bytes, padding: false)
                list.append((name: "grpc-status-details-bin", value: Array(text.utf8)))
            }
        }
        return list + metadata.fields
    }

    /// Makes the error from trailers; `nil` for the status OK.
    init?(statusValue: [UInt8], message: [UInt8], trailers: Metadata) {
        let number = Int(String(decoding: statusValue, as: UTF8.self))
        let code = number.flatMap { RPCStatusCode(rawValue: $0) } ?? .unknown
        guard code != .ok else { return nil }
        self.init(code, PercentEncoding.decode(message), metadata: trailers)
        if let bytes = trailers.binaryValues("grpc-status-details-bin").first,
            let status = try? Google_Rpc_Status(serializedBytes: bytes)
        {
            details = status.details
        }
        metadata.remove("grpc-status-details-bin")
    }

    /// What a handler's error tells its caller. An error that is not made for callers is not shown to them.
    static func answering(_ error: any Error) -> RPCError {
        switch error {
        case let error as RPCError: error
        case is CancellationError: RPCError(.cancelled, "the call was cancelled")
        default: RPCError(.unknown, "the service failed; its log says why", cause: error)
        }
    }

    /// What the end of a stream without a status means to a client.
    static func reset(_ code: HTTP2ErrorCode?) -> RPCError {
        guard let code else { return RPCError(.unavailable, "the connection was lost") }
        let status: RPCStatusCode =
            switch code {
            case .refusedStream: .unavailable
            case .cancel: .cancelled
            case .enhanceYourCalm: .resourceExhausted
            case .inadequateSecurity: .permissionDenied
            default: .internal
            }
        return RPCError(status, "the peer reset the stream (\(code))")
    }
}
