import Access
import Inbox
import Issuance
import MultibrandRPC
import PostgreSQL
import Preferences
import Programs
import RPC
package import Rewards
import Spending
import Wallet
import WalletHTTP
import WebhookHTTP

/// Every error the service may give, gathered from the code that gives it (I-12).
///
/// Reasons and kinds are read from the rooms and doors; statuses from each transport's one switch; only the words, the
/// outcomes and the fate of the key are written here.
package enum ErrorTable {
    /// A closed list of reasons and who gives them.
    package struct Source: Sendable {
        /// The room or door.
        package let giver: String
        /// Its reasons with their kinds.
        package let reasons: [(reason: String, kind: FaultKind)]

        init<Reason: ErrorReason>(_ giver: String, _ type: Reason.Type) {
            self.giver = giver
            reasons = type.allCases.map { ($0.rawValue, $0.kind) }
        }
    }

    private static let httpDoor = "webhook door"
    private static let walletDoor = "wallet door"
    /// Codes of the wallet's room that only its REST door has a use for: callers over gRPC are known otherwise.
    private static let ofWalletDoor: Set<WalletError.Reason> = [.unauthorized]

    /// Everybody who gives reasons.
    package static let sources: [Source] = [
        Source("Access", AccessError.Reason.self), Source("Preferences", PreferencesError.Reason.self),
        Source("Programs", ProgramsError.Reason.self), Source("Spending", SpendingError.Reason.self),
        Source("Issuance", IssuanceError.Reason.self), Source("Inbox", InboxError.Reason.self),
        Source("Wallet", WalletError.Reason.self), Source("database", DatabaseFault.Reason.self),
        Source("gRPC door", DoorReason.self),
        Source(httpDoor, WebhookRefusal.self), Source(walletDoor, WalletDoorReason.self),
    ]

    /// The table, in the order of kinds and then of reasons. A reason without words has empty ones, which a test finds.
    package static let rows: [ErrorRow] = {
        var givers: [String: [String]] = [:]
        var kinds: [String: FaultKind] = [:]
        for source in sources {
            for (reason, kind) in source.reasons {
                givers[reason, default: []].append(source.giver)
                kinds[reason] = kinds[reason] ?? kind
            }
        }
        let order = Dictionary(uniqueKeysWithValues: FaultKind.allCases.enumerated().map { ($1, $0) })
        return kinds.sorted { (order[$0.value] ?? 0, $0.key) < (order[$1.value] ?? 0, $1.key) }.map { reason, kind in
            let words = ErrorWords.all[reason] ?? ErrorWords("", "")
            let ofWallet = WalletError.Reason(rawValue: reason)
            let ofDoor = WebhookRefusal(rawValue: reason)?.httpStatus ?? WalletDoorReason(rawValue: reason)?.httpStatus
            let isOfHTTP =
                Set(givers[reason] ?? []).isSubset(of: [httpDoor, walletDoor])
                || ofWallet.map(ofWalletDoor.contains) ?? false
            return ErrorRow(
                reason: reason, kind: kind, givers: givers[reason] ?? [],
                rpcStatus: isOfHTTP ? nil : RPCStatusCode(kind),
                httpStatus: ofDoor ?? ofWallet?.httpStatus ?? kind.httpStatus,
                outcomes: words.outcomes, key: words.key, meaning: words.meaning, remedy: words.remedy)
        }
    }()

    /// The reasons that words were written for; a test finds those nobody gives.
    static var described: Set<String> { Set(ErrorWords.all.keys) }

    /// The row of a reason.
    package static func row(_ reason: String) -> ErrorRow? { byReason[reason] }

    private static let byReason: [String: ErrorRow] = Dictionary(
        rows.map { ($0.reason, $0) }, uniquingKeysWith: { first, _ in first })
}
