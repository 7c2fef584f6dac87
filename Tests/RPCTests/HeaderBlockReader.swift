import CNGHTTP2

/// Decodes the first header block of a connection (RFC 7541).
enum HeaderBlockReader {
    static func read(_ block: [UInt8]) -> [String: String] {
        var inflater: OpaquePointer?
        guard nghttp2_hd_inflate_new(&inflater) == 0 else { return [:] }
        defer { nghttp2_hd_inflate_del(inflater) }
        var fields: [String: String] = [:]
        block.withUnsafeBufferPointer { bytes in
            var position = 0
            var flags: Int32 = 0
            repeat {
                var field = nghttp2_nv()
                let base = bytes.baseAddress.map { $0 + position }
                let taken = nghttp2_hd_inflate_hd2(inflater, &field, &flags, base, bytes.count - position, 1)
                guard taken >= 0 else { return }
                position += taken
                if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                    let name = UnsafeBufferPointer(start: field.name, count: field.namelen)
                    let value = UnsafeBufferPointer(start: field.value, count: field.valuelen)
                    fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
                }
            } while flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) == 0
        }
        return fields
    }
}
