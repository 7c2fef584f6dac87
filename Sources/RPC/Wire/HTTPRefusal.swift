/// How a request that is not gRPC is answered, in HTTP's terms.
enum HTTPRefusal {
    /// gRPC calls are POST requests.
    case methodNotAllowed
    /// gRPC bodies are application/grpc.
    case unsupportedMediaType

    var headers: [(name: String, value: [UInt8])] {
        switch self {
        case .methodNotAllowed:
            [(name: ":status", value: Array("405".utf8)), (name: "allow", value: Array("POST".utf8))]
        case .unsupportedMediaType:
            [
                (name: ":status", value: Array("415".utf8)),
                (name: "accept", value: Array("application/grpc".utf8)),
            ]
        }
    }
}
