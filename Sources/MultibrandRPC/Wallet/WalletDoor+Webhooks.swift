import Access
import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// Endpoints that receive events.
    func registerWebhooks(in routes: inout DoorRoutes) {
        write(
            "RegisterWebhook", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "webhooks", ["events": $0.events.joined(separator: " ")]) }
        ) { (request: Multibrand_V1_RegisterWebhookRequest, wallet, _) in
            let caller = try request.environment.organisation()
            // The address may hold a secret of the customer's, so it is not in the record.
            let webhooks = WalletWebhooks(wallet)
            let idempotency = try WalletFields.idempotency(request.idempotencyKey)
            let answer = try await webhooks.register(
                url: request.url, events: request.events, by: caller, idempotency: idempotency, now: now())
            return Multibrand_V1_RegisterWebhookResponse.with {
                $0.webhook = .init(answer.value.webhook)
                $0.signingSecret = answer.value.signingSecret
                $0.replayed = answer.isReplayed
            }
        }
        routes.unary("ListWebhooks", .operator) { (request: Multibrand_V1_ListWebhooksRequest, _) in
            let caller = try request.environment.organisation()
            let all = try await WalletWebhooks(wallet).list(by: caller)
            return Multibrand_V1_ListWebhooksResponse.with {
                $0.webhooks = all.map(Multibrand_V1_WalletWebhook.init)
            }
        }
        write(
            "DeleteWebhook", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "webhooks/\($0.webhookID)") }
        ) { (request: Multibrand_V1_DeleteWebhookRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.webhookID, "webhook_id")
            let webhooks = WalletWebhooks(wallet)
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
        createdAt = .init(webhook.createdAt)
        if let time = webhook.disabledAt { disabledAt = .init(time) }
    }
}
