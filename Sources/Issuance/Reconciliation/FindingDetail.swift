import Cosmo
import Foundation
import PostgreSQL
import Rewards

/// Both sides' facts of a finding: what a person needs to look further, and nothing that names a member.
struct FindingDetail: Encodable {
    struct CosmoSide: Encodable {
        var programID: String?
        var value: String?
        var currency: String?
        var totalPoints: String?
        var createdAt: String?
        var status: String?
    }

    struct OurSide: Encodable {
        var programID: String
        var value: String
        var currency: String
        var status: String
        var reason: String?
        var sentAt: String?
    }

    var cosmo: CosmoSide?
    var ours: OurSide?
    /// `agrees`, `differs` or `not given`.
    var account: String?

    init(_ transaction: CosmoTransaction?, _ issuance: IssuanceRecord?) {
        cosmo = transaction.map {
            CosmoSide(
                programID: Self.short($0.programID), value: $0.value?.description, currency: Self.short($0.currency),
                totalPoints: $0.totalPoints?.description, createdAt: Self.short($0.createdAt),
                status: Self.short($0.status))
        }
        ours = issuance.map {
            OurSide(
                programID: $0.programID, value: String($0.sentValue), currency: $0.sentCurrency,
                status: $0.status.rawValue, reason: $0.reason, sentAt: $0.lastSentAt?.description)
        }
        if let issuance, let transaction {
            account =
                transaction.account.map { $0.agrees(with: issuance.account) ? "agrees" : "differs" } ?? "not given"
        }
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Cosmo's words, kept short and without what the database cannot hold.
    static func short(_ text: String?) -> String? {
        text.map { String(String.UnicodeScalarView($0.unicodeScalars.filter { $0.value >= 32 }.prefix(64))) }
    }
}
