import Logging
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import Wallet

@Suite("The sender of the wallet's webhooks", .timeLimit(.minutes(15)))
struct DeliverySenderTests {
    /// Runs a sender until its first delivery has ended as given; returns that delivery.
    private static func send(
        _ wallet: WalletFixture, _ outcome: WebhookOutcome, at now: PostgresTimestamp
    ) async -> WalletDelivery? {
        let sent = Mutex<(delivery: WalletDelivery?, sender: WalletDeliverySender?)>((nil, nil))
        let sender = WalletDeliverySender(
            context: wallet.context, configuration: WalletDeliveryConfiguration(pollInterval: .milliseconds(5)),
            carry: { delivery, _ in
                sent.withLock { sent in
                    sent.delivery = delivery
                    sent.sender?.stop()
                }
                return outcome
            }, now: { now }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        sent.withLock { $0.sender = sender }
        await sender.run()
        return sent.withLock { $0.delivery }
    }

    @Test("what is refused or not answered is sent again with the same id and bytes, and what is taken no more")
    func retries() async throws {
        try await WalletFixture.with { wallet in
            _ = try await WalletWebhooks(wallet.context).register(
                url: "https://hooks.example.com/w", events: ["wallet.credited"], by: wallet.backend, now: wallet.now)
            try await wallet.join("m", points: 5)
            var sent: [WalletDelivery] = []
            let outcomes: [WebhookOutcome] = [
                .refused(answer: 503), .unanswered(.timedOut), .delivered(answer: 204),
            ]
            for (index, outcome) in outcomes.enumerated() {
                // Each time beyond the backoff of the attempt before.
                let now = wallet.now.advanced(by: .seconds(Int64(index) * 300))
                sent.append(try #require(await Self.send(wallet, outcome, at: now)))
            }
            #expect(sent.map(\.attempt) == [1, 2, 3])
            #expect(Set(sent.map(\.id)).count == 1 && Set(sent.map(\.body)).count == 1)
            let row = try #require(
                try await wallet.context.pool.query(
                    "select attempts, last_status, delivered_at is not null as is_over from wallet_deliveries"
                ).first)
            #expect(try row.get("attempts", as: Int32.self) == 3 && row.get("last_status", as: Int32.self) == 204)
            #expect(try row.get("is_over", as: Bool.self))
        }
    }

    @Test("a sender that does not poll sends what was put off when it is due")
    func idle() async throws {
        try await WalletFixture.with { wallet in
            _ = try await WalletWebhooks(wallet.context).register(
                url: "https://hooks.example.com/w", events: ["wallet.credited"], by: wallet.backend, now: wallet.now)
            try await wallet.join("m", points: 5)
            _ = try await wallet.context.pool.query(
                "update wallet_deliveries set due_at = now() + interval '300 milliseconds'")
            let sent = Mutex(0)
            let sender = WalletDeliverySender(
                context: wallet.context, configuration: WalletDeliveryConfiguration(pollInterval: .seconds(86_400)),
                carry: { _, _ in
                    sent.withLock { $0 += 1 }
                    return .delivered(answer: 204)
                }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run() }
                try await eventually("it is sent") { sent.withLock { $0 } == 1 }
                sender.stop()
                try await group.waitForAll()
            }
        }
    }
}
