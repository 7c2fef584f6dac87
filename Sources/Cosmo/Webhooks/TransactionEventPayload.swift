package import Foundation

/// What a Transaction webhook says: a transaction completed (contract section 8.2).
///
/// Only the id, the value and the account are documented; the rest is read when it is there. A signature proves the
/// origin, not our reading of an undocumented field, so an amount is compared before anything rests on it.
package struct TransactionEventPayload: Sendable, Hashable {
    /// The longest transaction id that is taken, in bytes.
    package static let transactionIDBytesMax = 256

    /// Cosmo's transaction id.
    package let transactionID: String
    /// The `value` it was issued with.
    package let value: Decimal?
    /// The member the points went to.
    package let account: CosmoAccount?
    /// The caller's reference; nil when it is not given.
    package let referenceNumber: String?
    /// The program; nil when it is not given.
    package let programID: String?
    /// The currency of `value`; nil when it is not given.
    package let currency: String?
    /// The points issued; nil when they are not given.
    package let totalPoints: Decimal?
    /// Our user; nil when it is not given. Transactions made by the widget carry it.
    package let sourceUserID: String?
    /// When, in Cosmo's words.
    package let date: String?

    /// Reads a verified body; unknown fields are ignored.
    ///
    /// **Errors**: `WebhookPayloadError` when there is no transaction id or one that cannot be stored, or a number is
    /// there but is not one.
    package init(body: some Sequence<UInt8>) throws(WebhookPayloadError) {
        guard let json = JSONTree.parse(body), case .object = json else { throw WebhookPayloadError(.notAnObject) }
        guard let id = json.first(of: "transactionId", "id")?.identifier else {
            throw WebhookPayloadError(.fieldMissing, field: "transactionId")
        }
        // What no database can store or index would fail again at every attempt to apply it.
        guard id.utf8.count <= Self.transactionIDBytesMax, !id.utf8.contains(0) else {
            throw WebhookPayloadError(.fieldUnusable, field: "transactionId")
        }
        transactionID = id
        value = try Self.number(json, "value")
        totalPoints = try Self.number(json, "totalPoints")
        account = CosmoAccount(json["destinationAccount"])
        referenceNumber = json["referenceNumber"]?.identifier
        programID = json.first(of: "destinationProgramId", "programId")?.identifier
        currency = json["currency"]?.string
        sourceUserID = json["sourceUserId"]?.identifier
        date = json["date"]?.identifier
    }

    /// The value as a whole number; nil when it is absent, has decimals or does not fit.
    package var wholeValue: Int64? { value.flatMap { DecimalText.scaled($0, by: 0) } }
    /// The points in millionths; nil when absent, finer than a millionth or too large.
    package var totalMicroPoints: Int64? { totalPoints.flatMap { DecimalText.scaled($0, by: 6) } }

    private static func number(_ json: JSONTree, _ name: String) throws(WebhookPayloadError) -> Decimal? {
        guard let value = json.first(of: name) else { return nil }
        guard let decimal = value.decimal else { throw WebhookPayloadError(.fieldUnusable, field: name) }
        return decimal
    }
}
