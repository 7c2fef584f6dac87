import Cosmo
import Cryptography
import PostgreSQL
import Rewards

/// The digest over what is decided about an issuance at planning and never changes afterwards.
///
/// `verify` makes it again in its own way, and a sender sends nothing that it does not fit: a reference, an account or
/// a value that was changed in between is not what was planned.
enum PlannedDigest {
    /// SHA-256 over the pieces, each after its length in bytes, the account's fields in the order of their names'
    /// bytes.
    static func of(
        _ key: PositionKey, referenceNumber: String, quantityMicro: Int64, sentValue: Int64, sentUnitMicro: Int64,
        sentCurrency: String, account: CosmoAccount, plannedAt: PostgresTimestamp
    ) -> [UInt8] {
        var pieces = [
            key.cardID, referenceNumber, key.programID, key.unit.rawValue, String(quantityMicro), String(sentValue),
            String(sentUnitMicro), sentCurrency, String(plannedAt.microsecondsSinceEpoch),
        ]
        for (name, value) in account.fields.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            pieces += [name, value]
        }
        return SHA256.digest(Array(pieces.map { "\($0.utf8.count):\($0)" }.joined().utf8))
    }
}

extension IssuanceStore.Planned {
    func digest(plannedAt: PostgresTimestamp) -> [UInt8] {
        PlannedDigest.of(
            key, referenceNumber: referenceNumber, quantityMicro: quantityMicro, sentValue: sentValue,
            sentUnitMicro: sentUnitMicro, sentCurrency: sentCurrency, account: account, plannedAt: plannedAt)
    }
}
