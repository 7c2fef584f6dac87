import CNGHTTP2

/// Decodes the header blocks of a connection (RFC 7541), which share a table.
enum HeaderBlockReader {
    static func read(_ block: [UInt8]) -> [String: String] { readAll([block]).first ?? [:] }

    /// All blocks that one side sent, in order, from the first on.
    static func readAll(_ blocks: [[UInt8]]) -> [[String: String]] {
        var inflater: OpaquePointer?
        guard nghttp2_hd_inflate_new(&inflater) == 0 else { return [] }
        defer { nghttp2_hd_inflate_del(inflater) }
        return blocks.map { read($0, inflater) }
    }

    private static func read(_ block: [UInt8], _ inflater: OpaquePointer?) -> [String: String] {
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
        nghttp2_hd_inflate_end_headers(inflater)
        return fields
    }
}
