public import Rewards

/// An endpoint as it is listed: without its secret.
public struct WalletWebhook: Sendable, Hashable {
    /// The endpoint's id.
    public let id: String
    /// Where events go.
    public let url: String
    /// The events it receives.
    public let events: [String]
    /// The world it belongs to.
    public let environment: WalletEnvironment
    /// When it was registered.
    public let createdAt: String
    /// When it was deleted, or disabled for failing; nil while active.
    public let disabledAt: String?

    /// `{id, url, events, environment, createdAt, disabledAt}`.
    public var json: JSONValue {
        .members([
            ("id", .string(id)), ("url", .string(url)), ("events", .array(events.map(JSONValue.string))),
            ("environment", .string(environment.rawValue)), ("createdAt", .string(createdAt)),
            ("disabledAt", .text(disabledAt)),
        ])
    }
}

/// A registered endpoint with its secret: the only time the secret is shown.
public struct WalletWebhookCreated: WalletDocument {
    /// The endpoint.
    public let webhook: WalletWebhook
    /// The key that signs deliveries; a secret.
    public let signingSecret: String

    init(webhook: WalletWebhook, signingSecret: String) {
        self.webhook = webhook
        self.signingSecret = signingSecret
    }

    /// `{id, url, events, environment, signingSecret, createdAt}`.
    public var json: JSONValue {
        .members([
            ("id", .string(webhook.id)), ("url", .string(webhook.url)),
            ("events", .array(webhook.events.map(JSONValue.string))),
            ("environment", .string(webhook.environment.rawValue)), ("signingSecret", .string(signingSecret)),
            ("createdAt", .string(webhook.createdAt)),
        ])
    }

    /// Reads the six fields.
    public init?(json: JSONValue) {
        guard let id = json["id"]?.string, let url = json["url"]?.string, let events = json["events"]?.array,
            let environment = json["environment"]?.string.flatMap(WalletEnvironment.init(rawValue:)),
            let secret = json["signingSecret"]?.string, let createdAt = json["createdAt"]?.string
        else { return nil }
        webhook = WalletWebhook(
            id: id, url: url, events: events.compactMap(\.string), environment: environment, createdAt: createdAt,
            disabledAt: nil)
        signingSecret = secret
    }
}

/// What deleting an endpoint answers.
public struct WalletWebhookDeleted: WalletDocument, Hashable {
    /// The endpoint's id.
    public let id: String

    init(id: String) { self.id = id }

    /// `{id, ok}`.
    public var json: JSONValue { .members([("id", .string(id)), ("ok", .bool(true))]) }

    /// Reads `{id, ok}`.
    public init?(json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.init(id: id)
    }
}
