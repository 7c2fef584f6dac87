import Cryptography
import PostgreSQL
import Rewards
import Testing

@testable import Wallet

@Suite("The wallet's events, pool and reports")
struct WebhookTests {
    @Test("a ledger row and its event are one transaction; a claim is one sender's; what fails comes back for a day")
    func deliveries() async throws {
        try await WalletFixture.with { wallet in
            let webhooks = WalletWebhooks(wallet.context)
            let deliveries = WalletDeliveries(wallet.context)
            let created = try await webhooks.register(
                url: "https://hooks.example.com/w", events: ["wallet.credited", "wallet.credited"], by: wallet.backend,
                now: wallet.now)
            #expect(created.value.webhook.events == ["wallet.credited"])
            try await wallet.join("m", points: 5)
            // Refused: no ledger row, no event.
            _ = await #expect(throws: WalletError.self) {
                try await wallet.accounts.credit("x", amount: 5, by: wallet.backend, now: wallet.now)
            }
            let claimed = try await deliveries.claim(limit: 10, now: wallet.now)
            let delivery = try #require(claimed.first)
            #expect(claimed.count == 1 && delivery.attempt == 1 && delivery.event == "wallet.credited")
            let body = try JSONValue(parsing: delivery.body)
            #expect(body["data"]?["amount"]?.int64 == 5 && body["environment"]?.string == "SANDBOX")
            let code = HMACSHA256.authenticationCode(
                for: delivery.body, key: Array(created.value.signingSecret.utf8))
            #expect(delivery.signature == "sha256=" + Hexadecimal.encode(code))
            #expect(try await deliveries.claim(limit: 10, now: wallet.now).isEmpty)

            try await deliveries.failed(delivery, answer: 500, jitter: 0, now: wallet.now)
            let soon = wallet.now.advanced(by: .seconds(1))
            let again = try await deliveries.claim(limit: 10, now: soon)
            #expect(again.map(\.id) == [delivery.id] && again.map(\.attempt) == [2])
            #expect(again.first?.body == delivery.body)
            try await deliveries.delivered(try #require(again.first), answer: 204, now: soon)
            #expect(try await deliveries.claim(limit: 10, now: soon.advanced(by: .seconds(99_999))).isEmpty)

            _ = try await wallet.accounts.credit("m", amount: 1, by: wallet.backend, now: wallet.now)
            let tomorrow = wallet.now.advanced(by: .seconds(86_400))
            let late = try #require(try await deliveries.claim(limit: 10, now: tomorrow).first)
            try await deliveries.failed(late, answer: nil, now: tomorrow)
            #expect(try await deliveries.claim(limit: 10, now: tomorrow.advanced(by: .seconds(99_999))).isEmpty)
        }
    }

    @Test("an endpoint that fails for three days is disabled, and disabled ones hear nothing")
    func disabling() async throws {
        try await WalletFixture.with { wallet in
            let webhooks = WalletWebhooks(wallet.context)
            let deliveries = WalletDeliveries(wallet.context)
            _ = try await webhooks.register(
                url: "https://hooks.example.com/w", events: ["wallet.credited"], by: wallet.backend, now: wallet.now)
            for (day, isDisabled) in [(Int64(0), false), (2, false), (3, true)] {
                let now = wallet.now.advanced(by: .seconds(day * 86_400))
                _ = try await wallet.members.upsert("m", WalletMemberChange(), by: wallet.backend, now: now)
                _ = try await wallet.accounts.credit("m", amount: 1, by: wallet.backend, now: now)
                let due = try await deliveries.claim(limit: 10, now: now)
                let delivery = try #require(due.last)
                try await deliveries.failed(delivery, answer: 500, now: now)
                #expect(try await webhooks.list(by: wallet.backend).allSatisfy { ($0.disabledAt != nil) == isDisabled })
            }
            let later = wallet.now.advanced(by: .seconds(30 * 86_400))
            _ = try await deliveries.claim(limit: 10, now: later)
            _ = try await wallet.accounts.credit("m", amount: 1, by: wallet.backend, now: later)
            #expect(try await deliveries.claim(limit: 10, now: later).isEmpty)
        }
    }

    @Test(
        "an address must be public https; the settings may let sandbox use plain http to this machine",
        arguments: [
            ("https://a.example.com/x", WalletEnvironment.live, WebhookReach.public, WalletError.Reason?.none),
            ("http://a.example.com/x", .live, .everywhere, .webhookURLNotAllowed),
            ("http://a.example.com/x", .sandbox, .everywhere, .webhookURLNotAllowed),
            ("ftp://a.example.com", .sandbox, .sandbox, .webhookURLNotAllowed),
            ("https://user@a.example.com", .live, .public, .webhookURLNotAllowed),
            ("nonsense", .live, .public, .validation), ("", .live, .public, .validation),
            ("https://10.1.2.3/", .live, .sandbox, .webhookURLNotAllowed),
            ("https://10.1.2.3/", .sandbox, .public, .webhookURLNotAllowed),
            ("https://10.1.2.3/", .sandbox, .sandbox, nil), ("https://10.1.2.3/", .live, .everywhere, nil),
            ("https://localhost/", .live, .public, .webhookURLNotAllowed),
            ("https://[::1]/", .live, .public, .webhookURLNotAllowed),
            ("https://172.31.0.1/", .live, .public, .webhookURLNotAllowed),
            ("https://172.32.0.1/", .live, .public, nil),
            ("https://169.254.169.254/", .live, .public, .webhookURLNotAllowed),
            ("https://2130706433/", .live, .public, .webhookURLNotAllowed),
            ("https://0177.0.0.1/", .live, .public, .webhookURLNotAllowed),
            ("https://localhost./", .live, .public, .webhookURLNotAllowed),
            ("https://metadata.example.internal./", .live, .public, .webhookURLNotAllowed),
            ("https://[fec0::1]/", .live, .public, .webhookURLNotAllowed),
            ("https://[2002:7f00:1::]/", .live, .public, .webhookURLNotAllowed),
            ("https://192.0.0.1/", .live, .public, .webhookURLNotAllowed),
            ("https://192.0.2.1/", .live, .public, nil),
            ("https://127.0.0.1%00.example.com/", .live, .public, .validation),
            ("https://a.example.com:99999/", .live, .public, .validation),
            ("http://127.0.0.1:8080/x", .sandbox, .sandbox, nil),
            ("http://127.0.0.1:8080/x", .sandbox, .public, .webhookURLNotAllowed),
            ("http://127.0.0.1:8080/x", .live, .everywhere, .webhookURLNotAllowed),
        ])
    func addresses(url: String, environment: WalletEnvironment, reach: WebhookReach, expected: WalletError.Reason?) {
        var found: WalletError.Reason?
        do throws(WalletError) {
            try WebhookAddress.check(url, environment, reach: reach)
        } catch { found = error.reason }
        #expect(found == expected)
    }

    @Test("ten endpoints may be active, unknown events are refused, and a secret is listed nowhere")
    func registering() async throws {
        try await WalletFixture.with { wallet in
            let webhooks = WalletWebhooks(wallet.context)
            @Sendable func register(_ event: String) async -> WalletError.Reason? {
                do {
                    _ = try await webhooks.register(
                        url: "https://a.example.com/", events: [event], by: wallet.backend, now: wallet.now)
                    return nil
                } catch { return (error as? WalletError)?.reason ?? .internalFault }
            }
            #expect(await register("wallet.exploded") == .webhookEventUnknown)
            let made = await withTaskGroup(of: WalletError.Reason?.self) { group in
                for _ in 0..<20 { group.addTask { await register("member.created") } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(made.filter { $0 == nil }.count == 10 && made.filter { $0 == .conflict }.count == 10)
            let listed = try await webhooks.list(by: wallet.backend)
            let deleted = try await webhooks.delete(id: listed[0].id, by: wallet.backend, now: wallet.now)
            #expect(deleted.value.id == listed[0].id)
            #expect(await register("member.created") == nil)
        }
    }

    @Test("live credits draw the pool down, all or nothing, and its mark is reported once per crossing")
    func pool() async throws {
        try await WalletFixture.with(settings: { $0.isPoolEnabled = true }) { wallet in
            let live = WalletCaller.organisation(.live)
            let pools = WalletPools(wallet.context)
            _ = try await wallet.members.upsert("m", WalletMemberChange(), by: live, now: wallet.now)
            _ = try await WalletWebhooks(wallet.context).register(
                url: "https://a.example.com/", events: ["org.points.low", "org.points.purchased"], by: live,
                now: wallet.now)
            func credit(_ amount: Int64) async throws {
                _ = try await wallet.accounts.credit("m", amount: amount, by: live, now: wallet.now)
            }
            try await credit(1_000)
            #expect(try await pools.read() == nil)
            _ = try await pools.topUp(
                amount: 100, reference: "purchase-1", lowWaterMark: 50, by: live, now: wallet.now)
            let error = await #expect(throws: WalletError.self) { try await credit(101) }
            #expect(error?.reason == .insufficientOrgPoints)
            #expect(try await wallet.accounts.wallet(by: wallet.member("m", in: .live)).balance == 1_000)
            for amount in [50, 1, 1] as [Int64] { try await credit(amount) }
            #expect(try await pools.read() == WalletPoolState(balance: 48, lowWaterMark: 50))
            _ = try await pools.topUp(amount: 10, reference: "purchase-2", by: live, now: wallet.now)
            try await credit(10)
            let told = try await WalletDeliveries(wallet.context).claim(limit: 10, now: wallet.now).map(\.event)
            #expect(told.filter { $0 == "org.points.low" }.count == 2)
            #expect(told.filter { $0 == "org.points.purchased" }.count == 2)
            let entries = try await wallet.context.pool.query(
                "select sum(amount)::bigint as total, count(*) as n, max(sequence) as last from wallet_pool_entries")
            let row = try #require(entries.first)
            #expect(try row.get("total", as: Int64.self) == 48)
            #expect(try row.get("n", as: Int64.self) == row.get("last", as: Int64.self))
            // The sandbox never draws.
            try await wallet.join("m", points: 1_000_000)
        }
    }

    @Test("reports count mints without refunds and spending gross, in UTC buckets cut at the ends")
    func analytics() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            try await wallet.offer("o", price: 30)
            let id = try await wallet.redemptions.redeem(
                offer: "o", by: wallet.member("m"), now: wallet.now.advanced(by: .seconds(86_400))
            ).value.id
            _ = try await wallet.redemptions.cancel(id: id, by: wallet.backend, now: wallet.now)
            let reports = WalletAnalytics(wallet.context)
            let summary = try await reports.summary(by: wallet.backend)
            #expect(summary.pointsMinted == 100 && summary.pointsSpent == 30 && summary.memberCount == 1)
            #expect(summary.completionRate.description == "0" && summary.redemptionCount == 1)
            #expect(summary.redemptionCounts.filter { $0.value > 0 } == [.canceled: 1])
            #expect(summary.redemptionCounts.count == RedemptionStatus.allCases.count)
            let offers = try await reports.offers(by: wallet.backend)
            #expect(
                offers == [
                    WalletOfferReport(offerID: "o", signups: 1, completions: 0, cancellations: 1, pointsSpent: 30)
                ])
            let buckets = try await reports.timeseries(
                from: wallet.now, to: wallet.now.advanced(by: .seconds(2 * 86_400)), interval: .day, by: wallet.backend)
            #expect(
                buckets.map { WalletTime.text($0.startAt) } == [
                    "2026-03-02T10:00:00.000Z", "2026-03-03T00:00:00.000Z", "2026-03-04T00:00:00.000Z",
                ])
            #expect(buckets.last.map { WalletTime.text($0.endAt) } == "2026-03-04T10:00:00.000Z")
            #expect(buckets.map(\.pointsMinted) == [100, 0, 0])
            #expect(buckets.map(\.pointsSpent) == [0, 30, 0])
            #expect(buckets.map(\.signups) == [0, 1, 0])
        }
    }

    @Test(
        "a share is a decimal of four places without rounding up",
        arguments: [(0, 0, "0"), (1, 3, "0.3333"), (3, 3, "1"), (1, 200, "0.0050")] as [(Int64, Int64, String)])
    func rate(part: Int64, total: Int64, text: String) {
        #expect(WalletShare(part, of: total).description == text)
    }
}
