import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// Endpoints that receive events.
    func registerWebhooks(in routes: inout DoorRoutes) {
        unary("RegisterWebhook", in: &routes) { (request: Multibrand_V1_RegisterWebhookRequest, context) in
            let caller = try request.environment.organisation()
            // The address may hold a secret of the customer's, so it is not in the record.
            let webhooks = WalletWebhooks(
                recording(
                    "RegisterWebhook", "webhooks", caller, context, ["events": request.events.joined(separator: " ")]))
            let idempotency = try WalletFields.idempotency(request.idempotencyKey)
            let answer = try await webhooks.register(
                url: request.url, events: request.events, by: caller, idempotency: idempotency, now: now())
            return Multibrand_V1_RegisterWebhookResponse.with {
                $0.webhook = .init(answer.value.webhook)
                $0.signingSecret = answer.value.signingSecret
                $0.replayed = answer.isReplayed
            }
        }
        unary("ListWebhooks", in: &routes) { (request: Multibrand_V1_ListWebhooksRequest, _) in
            let caller = try request.environment.organisation()
            let all = try await WalletWebhooks(wallet).list(by: caller)
            return Multibrand_V1_ListWebhooksResponse.with {
                $0.webhooks = all.map(Multibrand_V1_WalletWebhook.init)
            }
        }
        unary("DeleteWebhook", in: &routes) { (request: Multibrand_V1_DeleteWebhookRequest, context) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.webhookID, "webhook_id")
            let webhooks = WalletWebhooks(recording("DeleteWebhook", "webhooks/\(id)", caller, context))
            let answer = try await webhooks.delete(
                id: id, by: caller,
                idempotency: try WalletFields.idempotency(request.idempotencyKey),
                now: now())
            return Multibrand_V1_DeleteWebhookResponse.with {
                $0.webhookID = answer.value.id
                $0.replayed = answer.isReplayed
            }
        }
    }
}

extension Multibrand_V1_WalletWebhook {
    init(_ webhook: WalletWebhook) {
        self.init()
        webhookID = webhook.id
        url = webhook.url
        events = webhook.events
        environment = .init(webhook.environment)
        if let time = WalletFields.timestamp(webhook.createdAt) { createdAt = time }
        if let time = WalletFields.timestamp(webhook.disabledAt) { disabledAt = time }
    }
}
