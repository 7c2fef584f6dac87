import Foundation

/// What a Program Connection webhook says: a user linked, edited or removed a program (contract section 8.3).
package struct ConnectionEventPayload: Sendable, Hashable {
    /// What happened, in the words of the payload's `type`.
    package enum Change: Sendable, Hashable {
        /// `LINKED`: the pair exists with this account; an edit most likely arrives as another one.
        case linked
        /// `DELINKED`: the pair is gone.
        case delinked
        /// A word the contract does not know: kept and shown, never applied.
        case unrecognised(String)
    }

    /// Where optional, undocumented fields live.
    package struct Paths: Sendable, Hashable {
        /// The program's parts in the split; nil while Cosmo documents no such field.
        package var parts: WebhookPayloadPath?
        /// The card the event is about; nil means that `sourceUserId` says it.
        package var cardID: WebhookPayloadPath?

        /// Makes the paths; none by default.
        package init(parts: WebhookPayloadPath? = nil, cardID: WebhookPayloadPath? = nil) {
            self.parts = parts
            self.cardID = cardID
        }
    }

    /// Our user, as given when the widget's token was minted.
    package let sourceUserID: String
    /// The program, by Cosmo's id.
    package let programID: String
    /// What happened.
    package let change: Change
    /// The member's account; nil when the payload has none, as a removal may.
    package let account: CosmoAccount?
    /// The program's parts, when a path is configured and leads somewhere; 0 to 10,000.
    package let parts: Int?
    /// The card, when a path is configured and leads somewhere.
    package let cardID: String?

    /// Reads a verified body; fields beyond the known ones are ignored.
    ///
    /// **Errors**: `WebhookPayloadError` when `sourceUserId`, `destinationProgramId` or `type` is absent, or when a
    /// configured parts field holds anything but a whole number.
    package init(body: some Sequence<UInt8>, paths: Paths = Paths()) throws(WebhookPayloadError) {
        guard let json = JSONTree.parse(body), case .object = json else { throw WebhookPayloadError(.notAnObject) }
        sourceUserID = try Self.require(json, "sourceUserId")
        programID = try Self.require(json, "destinationProgramId")
        let type = try Self.require(json, "type")
        switch type {
        case "LINKED": change = .linked
        case "DELINKED": change = .delinked
        default: change = .unrecognised(String(type.prefix(64)))
        }
        account = CosmoAccount(json["destinationAccount"])
        parts = try Self.parts(json, at: paths.parts)
        cardID = paths.cardID.flatMap { $0.value(in: json)?.identifier }
    }

    private static func require(_ json: JSONTree, _ name: String) throws(WebhookPayloadError) -> String {
        guard let value = json[name]?.identifier else { throw WebhookPayloadError(.fieldMissing, field: name) }
        return value
    }

    private static func parts(_ json: JSONTree, at path: WebhookPayloadPath?) throws(WebhookPayloadError) -> Int? {
        guard let path, let value = path.value(in: json) else { return nil }
        guard let number = value.decimal, let whole = DecimalText.scaled(number, by: 0), (0...10_000).contains(whole)
        else { throw WebhookPayloadError(.fieldUnusable, field: path.description) }
        return Int(whole)
    }
}
