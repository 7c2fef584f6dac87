import Wallet

extension WalletField {
    /// What the field is called in the requests and answers of this door.
    var name: String {
        switch self {
        case .externalUserID: "externalUserID"
        case .amount: "amount"
        case .reason: "reason"
        case .displayName: "displayName"
        case .email: "email"
        case .tier: "tier"
        case .attributes: "attributes"
        case .lifetime: "expiresInSeconds"
        case .offer: "offer"
        case .offerID: "id"
        case .title: "title"
        case .description: "description"
        case .shortDescription: "shortDescription"
        case .kind: "kind"
        case .type: "type"
        case .pointsPrice: "pointsPrice"
        case .idempotencyKey: "Idempotency-Key"
        case .pageSize: "limit"
        case .pageToken: "cursor"
        case .nextPageToken: "nextCursor"
        case .from: "from"
        case .to: "to"
        case .url: "url"
        case .events: "events"
        case .label: "label"
        case .overlap: "overlap"
        case .reference: "reference"
        case .lowWaterMark: "lowWaterMark"
        case .credential: "`Authorization: Bearer ...`"
        }
    }
}
