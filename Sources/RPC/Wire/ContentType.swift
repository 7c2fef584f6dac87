/// What a `content-type` says about a body (gRPC over HTTP/2, Content-Type).
enum ContentType {
    /// gRPC with Protocol Buffers.
    case proto
    /// gRPC with another encoding, or another protocol on top of gRPC's name.
    case otherCodec
    /// Not gRPC at all.
    case foreign

    init(_ value: UnsafeBufferPointer<UInt8>) {
        let base: StaticString = "application/grpc"
        guard headerHasPrefix(value, base) else {
            self = .foreign
            return
        }
        let rest = UnsafeBufferPointer(rebasing: value[base.utf8CodeUnitCount...])
        guard let next = rest.first, next != UInt8(ascii: ";") else {
            self = .proto
            return
        }
        guard next == UInt8(ascii: "+") else {
            self = .foreign
            return
        }
        let isProto = headerEquals(rest, "+proto") || headerHasPrefix(rest, "+proto;")
        self = isProto ? .proto : .otherCodec
    }
}
