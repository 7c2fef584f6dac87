public import CNGHTTP2

/// A header list ready to be sent: names in lower case, values as bytes.
///
/// **Concurrency** Immutable; may be shared by every connection.
///
/// **Cost** A permanent list is sent without being copied; make it once and keep it.
public final class HTTP2Headers: Sendable {
    // SAFETY: both buffers are written in init only, and read until deinit; a permanent list is never freed.
    nonisolated(unsafe) private let storage: UnsafeMutableBufferPointer<UInt8>
    // SAFETY: as above.
    nonisolated(unsafe) private let fields: UnsafeMutableBufferPointer<nghttp2_nv>
    private let isPermanent: Bool

    /// Makes a list; with `isPermanent` its memory lives as long as the process and is sent in place.
    public init(_ list: [(name: String, value: [UInt8])], isPermanent: Bool = false) {
        let bytes = list.flatMap { Array($0.name.utf8) + $0.value }
        storage = .allocate(capacity: max(bytes.count, 1))
        _ = storage.update(fromContentsOf: bytes)
        fields = .allocate(capacity: max(list.count, 1))
        self.isPermanent = isPermanent
        let copying = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
        var position = storage.baseAddress!
        for (index, field) in list.enumerated() {
            let nameByteCount = field.name.utf8.count
            fields.initializeElement(
                at: index,
                to: nghttp2_nv(
                    name: position, value: position + nameByteCount, namelen: nameByteCount,
                    valuelen: field.value.count, flags: isPermanent ? UInt8(copying) : 0))
            position += nameByteCount + field.value.count
        }
        count = list.count
    }

    /// Makes a list of texts.
    public convenience init(_ list: KeyValuePairs<String, String>, isPermanent: Bool = false) {
        self.init(list.map { (name: $0.key, value: Array($0.value.utf8)) }, isPermanent: isPermanent)
    }

    deinit {
        // A permanent list may still be queued in a session; it is made once, so that keeping it leaks nothing.
        guard !isPermanent else { return }
        storage.deallocate()
        fields.deallocate()
    }

    /// How many fields there are.
    public let count: Int

    /// Where the first field is, for nghttp2; valid as long as this object is.
    public var baseAddress: UnsafeMutablePointer<nghttp2_nv> { fields.baseAddress! }
}
