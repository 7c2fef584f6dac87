/// What the headers of a request say, gathered field by field.
struct RequestHeaders {
    private(set) var metadata = Metadata()
    private(set) var deadline: ContinuousClock.Instant?

    private var isPost = false
    private var contentType: ContentType?
    private var hasTimeout = false
    /// The size of the list as RFC 9113 section 6.5.2 counts it.
    private(set) var byteCount = 0
    private var foreignEncoding = false
    private var badTimeout = false

    /// Takes one field.
    mutating func add(
        name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, server: ServerConnection,
        method: inout RPCMethod?
    ) {
        // RFC 9113 section 6.5.2 counts 32 bytes of overhead for each field.
        byteCount += name.count + value.count + 32
        guard let first = name.first else { return }
        switch first {
        case UInt8(ascii: ":"):
            if headerEquals(name, ":path") {
                method = server.service.table.method(at: value)
            } else if headerEquals(name, ":method") {
                isPost = headerEquals(value, "POST")
            }
        case UInt8(ascii: "c") where headerEquals(name, "content-type"):
            // Two content types are treated as none: it is unclear which one applies.
            contentType = contentType == nil ? ContentType(value) : .foreign
        case UInt8(ascii: "t") where headerEquals(name, "te"):
            break
        case UInt8(ascii: "g") where headerHasPrefix(name, "grpc-"):
            addReserved(name: name, value: value)
        default:
            keep(name: name, value: value, server: server)
        }
    }

    private mutating func addReserved(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        if headerEquals(name, "grpc-timeout") {
            if let timeout = RPCTimeout.parse(value), !hasTimeout {
                deadline = ContinuousClock.now.advanced(by: timeout)
            } else {
                badTimeout = true
            }
            hasTimeout = true
        } else if headerEquals(name, "grpc-encoding") {
            foreignEncoding = foreignEncoding || !headerEquals(value, "identity")
        } else if headerHasPrefix(name, "grpc-trace") || headerHasPrefix(name, "grpc-tags") {
            metadata.append(name: name, value: value)
        }
    }

    private mutating func keep(
        name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, server: ServerConnection
    ) {
        // Beyond the limit the call is refused; nothing more of it is kept.
        guard byteCount <= server.service.configuration.headerListBytesMax else { return }
        metadata.append(name: name, value: value)
    }

    /// Why the request is not gRPC at all.
    var httpRefusal: HTTPRefusal? {
        if !isPost { return .methodNotAllowed }
        if case .foreign = contentType ?? .foreign { return .unsupportedMediaType }
        return nil
    }

    /// Why the call cannot begin.
    func refusal(headerListBytesMax: Int) -> RPCError? {
        if byteCount > headerListBytesMax {
            return RPCError(.resourceExhausted, "the headers are larger than the limit of \(headerListBytesMax) bytes")
        }
        if case .otherCodec = contentType {
            return RPCError(.unimplemented, "only Protocol Buffers are spoken here; use application/grpc+proto")
        }
        if badTimeout {
            return RPCError(.internal, "grpc-timeout is sent once: at most eight digits and one of H M S m u n")
        }
        if foreignEncoding {
            return RPCError(
                .unimplemented, "the grpc-encoding is not supported; send messages without compression",
                metadata: ["grpc-accept-encoding": "identity"])
        }
        if let deadline, deadline <= .now { return RPCError(.deadlineExceeded, "the deadline had passed on arrival") }
        return nil
    }
}
