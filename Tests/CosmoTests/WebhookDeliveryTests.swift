import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("Webhook delivery")
struct WebhookDeliveryTests {
    static let secret = WebhookSecret(name: "one", secret: "whsec_delivery")
    static let tokens = WebhookTokenEndpoint(
        clientID: "cosmo & co", clientSecret: "p%ss:word+", signingKey: Array("0123456789abcdef0123456789abcdef".utf8))

    enum Mode: String, Sendable, CaseIterable {
        case signature, basic, basicSigned, oauthHeader, oauthBody
    }

    private func authentication(_ mode: Mode) -> WebhookAuthentication {
        let signature = WebhookSignature(secrets: [Self.secret])
        return switch mode {
        case .signature: .init(mode: .signature, signature: signature)
        case .basic, .basicSigned:
            .init(mode: .basic([.init(username: "cosmo", password: "pa:ss")]), signature: signature)
        case .oauthHeader, .oauthBody: .init(mode: .oauth(Self.tokens), signature: signature)
        }
    }

    private func endpoint(_ mode: Mode, port: Int, kind: String) -> SandboxWebhookEndpoint {
        let base = "http://127.0.0.1:\(port)"
        let authentication: SandboxWebhookEndpoint.Authentication =
            switch mode {
            case .signature: .signature
            case .basic, .basicSigned: .basic(username: "cosmo", password: "pa:ss")
            case .oauthHeader, .oauthBody:
                .oauth(
                    tokenURL: "\(base)/oauth/token", clientID: "cosmo & co", clientSecret: "p%ss:word+",
                    placement: mode == .oauthHeader ? .header : .body)
            }
        return .init(url: "\(base)/hooks/\(kind)", authentication: authentication, secret: "whsec_delivery")
    }

    /// Runs a receiver around a body; the port may be chosen so that a receiver can come back.
    private func withReceiver(
        _ receiver: WebhookReceiver, port: Int = 0, _ body: (Int) async throws -> Void
    ) async throws {
        let bound = Mutex<Int?>(nil)
        let notify: @Sendable (Int) -> Void = { port in bound.withLock { $0 = port } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await receiver.run(port: port, onPort: notify) }
            try await eventually("the receiver listens") { bound.withLock { $0 } != nil }
            try await body(bound.withLock { $0 } ?? 0)
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    private static func quick(_ directory: String? = nil) -> CosmoSandboxConfiguration {
        var configuration = CosmoSandboxConfiguration(directory: directory)
        configuration.retrySchedule = [.milliseconds(20), .milliseconds(40)]
        configuration.retriesForever = true
        return configuration
    }

    @Test("each authentication mode is believed, for both kinds at their own address", arguments: Mode.allCases)
    func modes(_ mode: Mode) async throws {
        let receiver = WebhookReceiver(authentication(mode), tokens: Self.tokens)
        try await withReceiver(receiver) { port in
            let (transaction, connection) = (
                endpoint(mode, port: port, kind: "transaction"), endpoint(mode, port: port, kind: "connection")
            )
            try await SandboxSession.run(Self.quick()) { session in
                session.sandbox.switches.signAlways = mode == .basicSigned
                session.sandbox.setWebhook(.transaction, transaction)
                session.sandbox.setWebhook(.programConnection, connection)
                let issued = try await session.client.issue(SandboxSession.request("ref-1"))
                let event = SandboxConnectionEvent(
                    sourceUserId: "u-77", destinationProgramId: "prg_sky", type: "LINKED",
                    destinationAccount: ["destinationUserId": "M-1001"])
                try await session.sandbox.send([event])
                try await eventually("both webhooks arrive") { receiver.received.count == 2 }
                try await eventually("both are settled") { session.sandbox.deliveryCount(.delivered) == 2 }
                let paths = Set(receiver.received.map(\.path))
                #expect(paths == ["/hooks/transaction", "/hooks/connection"])
                let body = try #require(receiver.received.first { $0.path == "/hooks/transaction" }?.body)
                let payload = try TransactionEventPayload(body: body)
                #expect(payload.transactionID == issued.id && payload.referenceNumber == "ref-1")
                #expect(payload.wholeValue == 25 && payload.totalMicroPoints == 2_000_000_000)
                #expect(payload.account == CosmoAccount(userID: "M-1001"))
                let isSigned = receiver.received.allSatisfy { $0.headers.signature != nil }
                #expect(isSigned == (mode == .signature || mode == .basicSigned))
            }
        }
        #expect(receiver.rejected.isEmpty)
        let isOAuth = mode == .oauthHeader || mode == .oauthBody
        #expect(isOAuth ? receiver.tokenCalls >= 1 : receiver.tokenCalls == 0)
    }

    @Test("a signature with the wrong secret is refused with 401, even in Basic mode, and retried")
    func wrongSecret() async throws {
        let receiver = WebhookReceiver(authentication(.basicSigned))
        try await withReceiver(receiver) { port in
            var target = endpoint(.basicSigned, port: port, kind: "transaction")
            target.secret = "whsec_other"
            let wrong = target
            try await SandboxSession.run(Self.quick()) { session in
                session.sandbox.switches.signAlways = true
                session.sandbox.setWebhook(.transaction, wrong)
                _ = try await session.client.issue(SandboxSession.request("ref-1"))
                try await eventually("it is refused twice") { receiver.rejected.count >= 2 }
            }
        }
        #expect(Set(receiver.rejected) == [.signatureMismatch])
        #expect(receiver.received.isEmpty)
    }

    @Test("a delivery that fails is repeated until it is acknowledged, once per transaction")
    func retries() async throws {
        let receiver = WebhookReceiver(authentication(.signature))
        receiver.failNext(3)
        try await withReceiver(receiver) { port in
            let target = endpoint(.signature, port: port, kind: "transaction")
            try await SandboxSession.run(Self.quick()) { session in
                session.sandbox.setWebhook(.transaction, target)
                _ = try await session.client.issue(SandboxSession.request("ref-1"))
                try await eventually("it is delivered") { session.sandbox.deliveryCount(.delivered) == 1 }
                #expect(session.sandbox.deliveries().first?.attempts == 4)
            }
        }
        #expect(receiver.received.count == 1)
    }

    @Test("without endless retries a delivery is given up after the schedule, and deliver-now takes it back")
    func givingUp() async throws {
        let receiver = WebhookReceiver(authentication(.signature))
        receiver.failNext(3)
        try await withReceiver(receiver) { port in
            let target = endpoint(.signature, port: port, kind: "transaction")
            var configuration = Self.quick()
            configuration.retriesForever = false
            try await SandboxSession.run(configuration) { session in
                session.sandbox.setWebhook(.transaction, target)
                _ = try await session.client.issue(SandboxSession.request("ref-1"))
                try await eventually("it is given up") { session.sandbox.deliveryCount(.failed) == 1 }
                #expect(receiver.received.isEmpty)
                #expect(session.sandbox.deliverNow() == 1)
                try await eventually("it is delivered") { session.sandbox.deliveryCount(.delivered) == 1 }
            }
        }
        #expect(receiver.received.count == 1)
    }

    @Test(
        "two thousand deliveries survive a receiver that is down and arrive once it is up, with the sandbox restarted")
    func receiverDown() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("cosmo-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let port = Mutex(0)
        let receiver = WebhookReceiver(authentication(.signature))
        try await withReceiver(WebhookReceiver(authentication(.signature))) { bound in port.withLock { $0 = bound } }
        let target = endpoint(.signature, port: port.withLock { $0 }, kind: "transaction")
        try await SandboxSession.run(Self.quick(directory)) { session in
            session.sandbox.setWebhook(.transaction, target)
            let client = session.client
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<2_000 {
                    group.addTask { _ = try await client.issue(SandboxSession.request("ref-\(number)")) }
                }
                try await group.waitForAll()
            }
            #expect(session.sandbox.transactions().count == 2_000)
            #expect(session.sandbox.deliveryCount(.pending) == 2_000)
        }
        try await withReceiver(receiver, port: port.withLock { $0 }) { _ in
            try await SandboxSession.run(Self.quick(directory)) { session in
                session.sandbox.setWebhook(.transaction, target)
                try await eventually("all are delivered") {
                    session.sandbox.deliveryCount(.delivered) == 2_000
                }
            }
        }
        let ids = try receiver.received.map { try TransactionEventPayload(body: $0.body).transactionID }
        #expect(Set(ids).count == 2_000)
    }

    @Test("retries are signed afresh, or repeat the first headers behind the switch", arguments: [false, true])
    func retryHeaders(_ resends: Bool) async throws {
        let seen = Mutex<Set<String>>([])
        let core = try SandboxCore(configuration: CosmoSandboxConfiguration())
        core.state.withLock { $0.rules.switches.resendsOriginalHeaders = resends }
        let ids = try await core.queue(kind: .transaction, body: "{}")
        for stamp in ["100", "200"] {
            core.state.withLock { state in
                state.books.noteAttempt(ids[0], outcome: nil, firstTimestamp: stamp)
                let delivery = state.books.deliveries[ids[0]]
                let used = WebhookSender.timestamp(for: delivery, switches: state.rules.switches)
                _ = seen.withLock { $0.insert(used) }
            }
        }
        #expect(seen.withLock { $0.contains("100") } == resends)
    }
}
