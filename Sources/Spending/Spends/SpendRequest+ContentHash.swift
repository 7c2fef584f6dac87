import Cryptography
import PostgreSQL

extension SpendRequest {
    /// The hash that an equal request has again and any other has not (I-5).
    ///
    /// It covers what was sent, not what was made of it: a request without `occurred_at` equals its own repetition a
    /// day later. A preview's token is no part of the spend and is not covered.
    func contentHash() -> [UInt8] {
        var bytes = ContentBytes(form: 1)
        bytes.append([spendID, cardID, currencyCode, merchantCategoryCode, merchantName, merchantCountry])
        bytes.append(amountMinor)
        bytes.append(occurredAt)
        bytes.appendLater(authorizationID.isEmpty ? nil : authorizationID, tag: 2)
        return SHA256.digest(bytes.bytes)
    }
}
