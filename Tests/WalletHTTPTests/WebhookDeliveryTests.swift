import Cryptography
import HTTPTypes
import NIOHTTP1
import PostgreSQL
import Rewards
import TestSupport
import Testing
import Wallet

@testable import WalletHTTP

@Suite("Webhooks of the wallet, sent to a real endpoint", .timeLimit(.minutes(15)))
struct WebhookDeliveryTests {
    @Test("a signed delivery that fails is sent again with the same id and bytes, and then no more")
    func failureThenRetry() async throws {
        let receiver = WebhookReceiver(answers: [503])
        try await Self.withSender(to: receiver) { door, port, _ in
            let hook = try await door.post(
                "/v1/webhooks", as: door.sandboxKey,
                #"{"url":"http://127.0.0.1:\#(port)/hooks?a=1","events":["wallet.credited"]}"#)
            let secret = try #require(hook["signingSecret"]?.string)
            _ = try await door.join("m", points: 250)
            var arrivals = receiver.arrivals.makeAsyncIterator()
            let first = try #require(await arrivals.next())
            try await Self.settled(door, "last_status = 503")
            // The next attempt is due within the first backoff, ten seconds, and a second.
            door.clock.advance(by: .seconds(12))
            let second = try #require(await arrivals.next())
            try await Self.settled(door, "delivered_at is not null and attempts = 2 and last_status = 204")

            #expect(first.body == second.body && first.path == "/hooks?a=1")
            let code = HMACSHA256.authenticationCode(for: first.body, key: Array(secret.utf8))
            for arrival in [first, second] {
                #expect(arrival.header("X-Multibrand-Signature") == "sha256=" + Hexadecimal.encode(code))
                #expect(arrival.header("X-Multibrand-Event") == "wallet.credited")
                #expect(arrival.header("X-Multibrand-Delivery") == first.header("X-Multibrand-Delivery"))
                #expect(arrival.header("Content-Type") == "application/json")
            }
            #expect(first.header("X-Multibrand-Timestamp") == "1772445600")
            #expect(second.header("X-Multibrand-Timestamp") == "1772445612")
            let event = try JSONValue(parsing: first.body)
            #expect(event["event"] == "wallet.credited" && event["environment"] == "SANDBOX")
            #expect(event["data"]?["amount"] == 250 && event["data"]?["externalUserID"] == "m")
            #expect(event["createdAt"] == "2026-03-02T10:00:00.000Z" && event["id"]?.string?.hasPrefix("evt_") == true)
        }
    }

    @Test("a redirection is not followed: it is a failed attempt")
    func redirections() async throws {
        let elsewhere = WebhookReceiver()
        try await elsewhere.run { other in
            let receiver = WebhookReceiver(answers: [302], headers: [.location: "http://127.0.0.1:\(other)/"])
            try await Self.withSender(to: receiver) { door, port, _ in
                try await Self.register(door, url: "http://127.0.0.1:\(port)/")
                _ = try await door.join("m", points: 1)
                try await Self.settled(door, "last_status = 302 and delivered_at is null and failed_at is null")
            }
        }
    }

    @Test(
        "a public name that leads into a private network is refused, and tried again for a day only"
    )
    func resolvedAddresses() async throws {
        let looked = Shared<[String]>([])
        let lookup: WebhookDestination.Lookup = { host, _ in
            looked.change { $0.append(host) }
            return "10.0.0.7"
        }
        try await WalletDoor.with { door in
            try await Self.register(door, url: "https://hooks.example.com/x")
            _ = try await door.join("m", points: 1)
            try await Self.running(door, lookup: lookup) { _ in
                try await Self.settled(door, "attempts = 1 and last_status is null and due_at > '2026-03-02 10:00:00Z'")
                door.clock.advance(by: .seconds(86_400))
                try await Self.settled(door, "failed_at is not null")
            }
            #expect(Set(looked.value) == ["hooks.example.com"])
        }
    }

    @Test("what is checked is what is connected to: the address of the look-up is used, whatever the name says")
    func pinned() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { port in
            let delivery = try await Self.delivery(url: "http://localhost:\(port)/x")
            let attempt = WebhookAttempt(reach: .sandbox, timeout: .seconds(300)) { _, _ in "127.0.0.1" }
            #expect(await attempt.send(delivery, at: WalletDoor.start) == .delivered(answer: 204))
            // The same name, but the look-up says 127.0.0.2, where the receiver does not listen.
            let elsewhere = WebhookAttempt(reach: .sandbox, timeout: .seconds(300)) { _, _ in "127.0.0.2" }
            #expect(await elsewhere.send(delivery, at: WalletDoor.start) == .unanswered(.unreachable))
        }
    }

    @Test(
        "where a delivery may go is decided by its environment, the reach and what its name resolves to",
        arguments: [
            ("https://a.example.com/", "93.184.216.34", WebhookReach.public, WebhookDestination.Refusal?.none),
            ("https://a.example.com/", "10.0.0.1", .public, .notAllowed),
            ("https://a.example.com/", "::1", .public, .notAllowed),
            ("https://a.example.com/", "fe80::1", .public, .notAllowed),
            ("https://a.example.com/", "::ffff:10.0.0.1", .public, .notAllowed),
            ("https://a.example.com/", "169.254.169.254", .public, .notAllowed),
            ("https://a.example.com/", "10.0.0.1", .sandbox, nil),
            ("http://127.0.0.1:9/", "127.0.0.1", .sandbox, nil),
            ("http://127.0.0.1:9/", "127.0.0.1", .public, .notAllowed),
            ("http://a.example.com/", "93.184.216.34", .everywhere, .notAllowed),
        ])
    func destinations(
        url: String, address: String, reach: WebhookReach, expected: WebhookDestination.Refusal?
    ) async throws {
        let delivery = try await Self.delivery(url: url)
        var found: WebhookDestination.Refusal?
        do throws(WebhookDestination.Refusal) {
            _ = try await WebhookDestination(of: delivery, reach: reach) { _, _ in address }
        } catch { found = error }
        #expect(found == expected)
    }

    @Test("the system's look-up reads odd forms of numbers as what they are, so that they are refused")
    func systemLookup() async throws {
        #expect(try await WebhookDestination.system("127.1", 80) == "127.0.0.1")
        #expect(try await WebhookDestination.system("2130706433", 80) == "127.0.0.1")
        await #expect(throws: (any Error).self) { try await WebhookDestination.system("no-such-host.invalid", 80) }
    }

    @Test(
        "a deleted endpoint's deliveries end without being sent, and an endpoint that is down holds nobody up")
    func disabledAndSlow() async throws {
        let receiver = WebhookReceiver()
        try await Self.withSender(to: receiver, isStarted: false) { door, port, run in
            try await Self.register(door, url: "http://127.0.0.1:1/closed")
            let gone = try await Self.register(door, url: "http://127.0.0.1:\(port)/gone")
            try await Self.register(door, url: "http://127.0.0.1:\(port)/kept")
            for index in 0..<20 { _ = try await door.join("m-\(index)", points: 1) }
            _ = try await door.send(.DELETE, "/v1/webhooks/\(gone)", as: door.sandboxKey)
            try await run {
                try await Self.count(door, "delivered_at is not null", is: 20)
                try await Self.count(door, "failed_at is not null and last_status is null", is: 20)
                try await Self.count(door, "delivered_at is null and failed_at is null and attempts = 1", is: 20)
            }
            var arrivals = receiver.arrivals.makeAsyncIterator()
            for _ in 0..<20 { #expect(await arrivals.next()?.path == "/kept") }
            #expect(try await WalletDeliveries(door.context).waitingCount() == 20)
        }
    }

    // MARK: -

    /// Runs a door whose sandbox reaches this machine, with a receiver and, by default, a sender.
    private static func withSender(
        to receiver: WebhookReceiver, isStarted: Bool = true,
        _ body:
            @escaping @Sendable (
                WalletDoor, Int, @Sendable (@Sendable () async throws -> Void) async throws -> Void
            ) async throws -> Void
    ) async throws {
        try await WalletDoor.with(settings: { $0.webhookReach = .sandbox }) { door in
            try await receiver.run { port in
                let run: @Sendable (@Sendable () async throws -> Void) async throws -> Void = { inner in
                    try await running(door, lookup: WebhookDestination.system) { _ in try await inner() }
                }
                guard isStarted else { return try await body(door, port, run) }
                try await run { try await body(door, port, run) }
            }
        }
    }

    /// Runs a sender beside a body, and sees that it ends when it is stopped.
    private static func running(
        _ door: WalletDoor, lookup: @escaping WebhookDestination.Lookup,
        _ body: (WalletDeliverySender) async throws -> Void
    ) async throws {
        let sender = WalletDeliverySender(
            context: door.context,
            configuration: WalletDeliveryConfiguration(
                attemptTimeout: .seconds(300), pollInterval: .milliseconds(20)),
            carry: WebhookAttempt(
                reach: door.context.settings.webhookReach, timeout: .seconds(300), lookup: lookup
            ).send,
            now: { door.now }, logger: WalletDoor.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await sender.run() }
            do {
                try await body(sender)
            } catch {
                group.cancelAll()
                throw error
            }
            sender.stop()
            try await group.waitForAll()
        }
    }

    @discardableResult
    private static func register(_ door: WalletDoor, url: String) async throws -> String {
        let hook = try await door.post(
            "/v1/webhooks", as: door.sandboxKey, #"{"url":"\#(url)","events":["wallet.credited"]}"#)
        return try #require(hook["id"]?.string, "\(hook.json)")
    }

    /// A claimed delivery to an address that may be none that registration takes.
    private static func delivery(url: String) async throws -> WalletDelivery {
        let claimed = Shared<WalletDelivery?>(nil)
        try await WalletDoor.with { door in
            try await register(door, url: "https://a.example.com/")
            _ = try await door.join("m", points: 1)
            _ = try await door.context.pool.query("update wallet_webhooks set url = $1", [.text(url)])
            let due = try await WalletDeliveries(door.context).claim(limit: 1, now: door.now)
            let first = due.first
            claimed.change { $0 = first }
        }
        return try #require(claimed.value)
    }

    /// Waits until the only delivery is so.
    private static func settled(_ door: WalletDoor, _ condition: String) async throws {
        try await count(door, condition, is: 1)
    }

    /// Waits until so many deliveries are so.
    private static func count(_ door: WalletDoor, _ condition: String, is expected: Int64) async throws {
        try await eventually("\(expected) deliveries are: \(condition)") {
            let found: Int64 =
                try await door.context.pool.query("select count(*) as n from wallet_deliveries where \(condition)")
                .first?
                .get("n") ?? -1
            return found == expected
        }
    }
}
