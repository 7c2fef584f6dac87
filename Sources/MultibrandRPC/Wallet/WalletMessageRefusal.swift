import Rewards
import Wallet

/// A refusal of the wallet in the words of the messages.
struct WalletMessageRefusal: UseCaseError {
    let reason: WalletError.Reason
    let message: String
    let field: String?
    let outcome: EffectOutcome

    /// What a use case refused.
    init(_ error: WalletError) {
        reason = error.reason
        message = error.words.text(\.messageName)
        field = error.field?.messageName
        outcome = error.outcome
    }

    /// A message that no use case could take.
    init(_ message: String, field: String? = nil) {
        reason = .validation
        self.message = message
        self.field = field
        outcome = .notApplied
    }

    var reasonText: String { reason.rawValue }
    var kind: FaultKind { reason.kind }
}

extension WalletField {
    /// What the field is called in the messages of this door.
    var messageName: String {
        switch self {
        case .externalUserID: "external_user_id"
        case .amount: "amount"
        case .reason: "reason"
        case .displayName: "display_name"
        case .email: "email"
        case .tier: "tier"
        case .attributes: "attributes_json"
        case .lifetime: "lifetime_seconds"
        case .offer, .offerID: "offer_id"
        case .title: "title"
        case .description: "description"
        case .shortDescription: "short_description"
        case .kind: "kind"
        case .type: "type"
        case .pointsPrice: "points_price"
        case .idempotencyKey: "idempotency_key"
        case .pageSize: "page_size"
        case .pageToken: "page_token"
        case .nextPageToken: "next_page_token"
        case .from: "from"
        case .to: "to"
        case .url: "url"
        case .events: "events"
        case .label: "label"
        case .overlap: "overlap_seconds"
        case .reference: "reference"
        case .lowWaterMark: "low_water_mark"
        case .credential: "authorization"
        }
    }
}
