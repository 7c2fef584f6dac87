import PostgreSQL

/// The fields of a request in one unambiguous byte form, for hashing.
///
/// Every text is preceded by its length and every optional field by whether it is there, so that no two requests share
/// an encoding.
struct ContentBytes {
    private(set) var bytes: [UInt8]

    /// - Parameter form: the version of the form, the first byte.
    init(form: UInt8) {
        bytes = [form]
        bytes.reserveCapacity(160)
    }

    mutating func append(_ texts: [String]) {
        for text in texts {
            append(Int64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
    }

    mutating func append(_ number: Int64) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ time: PostgresTimestamp?) {
        if let time {
            bytes.append(1)
            append(time.microsecondsSinceEpoch)
        } else {
            bytes.append(0)
        }
    }

    /// Appends a field that was added to the API later. A request without it has the same bytes as before the field
    /// existed, so the hashes that were stored then are still valid (I-5 across deployments).
    mutating func appendLater(_ text: String?, tag: UInt8) {
        guard let text else { return }
        bytes.append(tag)
        append([text])
    }
}
