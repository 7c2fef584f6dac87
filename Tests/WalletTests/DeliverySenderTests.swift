import Logging
import PostgreSQL
import Synchronization
import Testing

@testable import Wallet

@Suite("The sender of the wallet's webhooks", .timeLimit(.minutes(15)))
struct DeliverySenderTests {
    /// An endpoint that answers as it is given, whose sender stops once there is no answer left.
    private final class Endpoint: Sendable {
        struct State {
            var answers: [WebhookOutcome]
            var carried: [WalletDelivery] = []
            var now: PostgresTimestamp
            var sender: WalletDeliverySender?
        }

        let state: Mutex<State>

        init(_ answers: [WebhookOutcome], at now: PostgresTimestamp) {
            state = Mutex(State(answers: answers, now: now))
        }

        func take(_ delivery: WalletDelivery) -> WebhookOutcome {
            state.withLock { state in
                state.carried.append(delivery)
                let answer = state.answers.removeFirst()
                // Beyond the backoff of what failed a few times.
                state.now = state.now.advanced(by: .seconds(300))
                if state.answers.isEmpty { state.sender?.stop() }
                return answer
            }
        }
    }

    private static func send(_ wallet: WalletFixture, to endpoint: Endpoint) async {
        let sender = WalletDeliverySender(
            context: wallet.context, configuration: WalletDeliveryConfiguration(pollInterval: .milliseconds(5)),
            carry: { delivery, _ in endpoint.take(delivery) }, now: { endpoint.state.withLock { $0.now } },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        endpoint.state.withLock { $0.sender = sender }
        await sender.run()
    }

    @Test("what is refused or not answered is carried again with the same id and bytes, and what is taken no more")
    func retries() async throws {
        try await WalletFixture.with { wallet in
            _ = try await WalletWebhooks(wallet.context).register(
                url: "https://hooks.example.com/w", events: ["wallet.credited"], by: wallet.backend, now: wallet.now)
            try await wallet.join("m", points: 5)
            let endpoint = Endpoint(
                [.refused(answer: 503), .unanswered(.timedOut), .delivered(answer: 204)], at: wallet.now)
            await Self.send(wallet, to: endpoint)
            let carried = endpoint.state.withLock { $0.carried }
            #expect(carried.map(\.attempt) == [1, 2, 3])
            #expect(Set(carried.map(\.id)).count == 1 && Set(carried.map(\.body)).count == 1)
            let row = try #require(
                try await wallet.context.pool.query(
                    "select attempts, last_status, delivered_at is not null as is_over from wallet_deliveries"
                ).first)
            #expect(try row.get("attempts", as: Int32.self) == 3 && row.get("last_status", as: Int32.self) == 204)
            #expect(try row.get("is_over", as: Bool.self))
        }
    }
}
