import MultibrandAPI
import SwiftProtobuf

/// A ledger row as a line of CSV (RFC 4180) or of JSON.
enum LedgerText {
    static let heading =
        "environment,external_user_id,sequence,transaction_id,type,cause,amount,balance_after,reason,"
        + "redemption_id,hold_id,created_at"

    static func line(_ row: Multibrand_V1_LedgerRow, _ environment: String) -> String {
        let transaction = row.transaction
        return [
            environment, row.externalUserID, "\(transaction.sequence)", transaction.transactionID, transaction.type,
            transaction.cause, "\(transaction.amount)", "\(transaction.balanceAfter)", transaction.reason,
            transaction.redemptionID, transaction.holdID, time(transaction.createdAt),
        ].map(cell).joined(separator: ",")
    }

    static func json(_ row: Multibrand_V1_LedgerRow, _ environment: String) throws -> String {
        // The message's members follow the environment's, in one object.
        try #"{"environment":"\#(environment)","# + WholeJSON.text(row, writesNumbers: true).dropFirst()
    }

    /// Quoted when it holds what ends a cell or a line.
    private static func cell(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private static func time(_ time: Google_Protobuf_Timestamp) -> String {
        guard let text = try? time.jsonString() else { return "" }
        return String(text.dropFirst().dropLast())
    }
}
