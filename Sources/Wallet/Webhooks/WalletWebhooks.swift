import Cryptography
package import PostgreSQL
import Rewards

/// Endpoints that receive events: register, list, delete (contract section 8.8).
package struct WalletWebhooks: Sendable {
    /// How many endpoints of an environment may be active.
    package static let activeMax: Int64 = 10

    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// Registers an endpoint; its secret is in the answer and in no later one.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `WEBHOOK_URL_NOT_ALLOWED`, `WEBHOOK_EVENT_UNKNOWN`,
    /// `IDEMPOTENCY_KEY_REUSED`, `CONFLICT` when ten are active.
    package func register(
        url: String, events names: [String], by caller: WalletCaller, idempotency: WalletIdempotency? = nil,
        now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletWebhookCreated> {
        try caller.requireOrganisation()
        let environment = caller.environment
        try WebhookAddress.check(url, environment, reach: context.settings.webhookReach)
        let events = try Self.events(names)
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest(
            "RegisterWebhook",
            [("url", .string(url)), ("events", .array(events.map(\.rawValue).sorted().map(JSONValue.string)))])
        return try await context.write(request, caller, idempotency, in: [.webhookCount], now: now) { connection in
            let (_, active) = try await connection.pipeline(
                WebhookStore.lockRegistrations(environment), WebhookStore.count(environment))
            guard active.first ?? 0 < Self.activeMax else {
                throw WalletError(.conflict, "\(Self.activeMax) endpoints are active: delete one first")
            }
            let id = context.makeID("whk_")
            let secret = "whsec_" + Hexadecimal.encode(randomBytes(count: 32))
            _ = try await connection.pipeline(
                WebhookStore.insert(
                    id: id, url: url, events: events, signingSecret: secret, environment, now: now))
            return WalletWebhookCreated(
                webhook: WalletWebhook(
                    id: id, url: url, events: events.map(\.rawValue), environment: environment,
                    createdAt: now, disabledAt: nil), signingSecret: secret)
        }
    }

    /// Every endpoint of the environment, newest first, disabled ones too.
    ///
    /// **Errors** `FORBIDDEN`.
    package func list(by caller: WalletCaller) async throws -> [WalletWebhook] {
        try caller.requireOrganisation()
        return try await context.pool.all(WebhookStore.list(caller.environment))
    }

    /// Disables an endpoint; again answers as the first time.
    ///
    /// **Errors** `FORBIDDEN`, `NOT_FOUND`, `IDEMPOTENCY_KEY_REUSED`.
    package func delete(
        id: String, by caller: WalletCaller, idempotency: WalletIdempotency? = nil, now: PostgresTimestamp
    ) async throws -> WalletAnswer<WalletWebhookDeleted> {
        try caller.requireOrganisation()
        let now = WalletTime.milliseconds(now)
        let request = WalletRequest("DeleteWebhook", [("id", .string(id))])
        return try await context.write(request, caller, idempotency, in: [.webhook(id)], now: now) { connection in
            guard try await connection.pipeline(WebhookStore.disable(id: id, caller.environment, now: now)) == 1 else {
                throw WalletError(.notFound, "no endpoint has that id: list the endpoints")
            }
            return WalletWebhookDeleted(id: id)
        }
    }

    private static func events(_ names: [String]) throws(WalletError) -> [WalletEvent] {
        guard !names.isEmpty else {
            throw WalletError(.validation, "\(.events) must name at least one event", field: .events)
        }
        var events: [WalletEvent] = []
        for name in names {
            guard let event = WalletEvent(rawValue: name) else {
                throw WalletError(.webhookEventUnknown, "\(.events) names an event that does not exist", field: .events)
            }
            if !events.contains(event) { events.append(event) }
        }
        return events
    }
}
