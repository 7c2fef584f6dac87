import Cryptography
import PostgreSQL

extension SpendRequest {
    /// The hash that an equal request has again and any other has not (I-5).
    ///
    /// It covers what was sent, not what was made of it: a request without `occurred_at` equals its own repetition a day
    /// later. Every field is preceded by its length, so no two requests share an encoding.
    func contentHash() -> [UInt8] {
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(128)
        func append(_ number: Int64) {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        for text in [spendID, cardID, currencyCode, merchantCategoryCode, merchantName, merchantCountry] {
            append(Int64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        append(amountMinor)
        if let occurredAt {
            bytes.append(1)
            append(occurredAt.microsecondsSinceEpoch)
        } else {
            bytes.append(0)
        }
        return SHA256.digest(bytes)
    }
}
