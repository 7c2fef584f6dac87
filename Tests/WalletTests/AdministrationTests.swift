import OperatorRecord
import PostgreSQL
import Rewards
import Testing

@testable import Wallet

@Suite("The wallet's administration")
struct AdministrationTests {
    private static let entry = AuditEntry(clientID: "op", action: "Write", subject: "wallet")

    private static func done(_ wallet: WalletFixture) async throws -> Int {
        try await wallet.context.pool.query("select 1 from operator_actions").rowCount
    }

    @Test("a write is recorded with it: not when it is refused, and not again when it is replayed")
    func recorded() async throws {
        try await WalletFixture.with { wallet in
            let context = wallet.context.recording(Self.entry)
            try await wallet.join("m")
            let key = try WalletIdempotency(key: "k")
            for times in [1, 1, 1] {
                _ = try await WalletAccounts(context).credit(
                    "m", amount: 5, by: wallet.backend, idempotency: key, now: wallet.now)
                #expect(try await Self.done(wallet) == times)
            }
            _ = await #expect(throws: WalletError.self) {
                try await WalletAccounts(context).credit("nobody", amount: 5, by: wallet.backend, now: wallet.now)
            }
            _ = await #expect(throws: WalletError.self) {
                try await WalletOrgKeys(context).revoke(.sandbox, id: "nothing", now: wallet.now)
            }
            _ = await #expect(throws: WalletError.self) {
                try await WalletOffers(context).reprice(
                    id: "nothing", pointsPrice: 1, by: wallet.backend, now: wallet.now)
            }
            #expect(try await Self.done(wallet) == 1)
            let made = try await WalletOrgKeys(context).create(.sandbox, id: "key_a", label: "a", now: wallet.now)
            let turned = try await WalletOrgKeys(context).rotate(
                .sandbox, id: made.key.id, newID: "key_b", overlap: .seconds(60), now: wallet.now)
            #expect(made.key.id == "key_a" && turned.key.id == "key_b")
            #expect(try await Self.done(wallet) == 3)
        }
    }

    @Test("a write that cannot be recorded is not done")
    func unrecorded() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 5)
            _ = try await wallet.context.pool.query("alter table operator_actions add check (client_id <> 'op')")
            let context = wallet.context.recording(Self.entry)
            _ = await #expect(throws: PostgresError.self) {
                try await WalletAccounts(context).credit("m", amount: 5, by: wallet.backend, now: wallet.now)
            }
            _ = await #expect(throws: PostgresError.self) {
                try await WalletOrgKeys(context).create(.sandbox, label: "a", now: wallet.now)
            }
            #expect(try await wallet.accounts.wallet(by: wallet.member("m")).balance == 5)
            #expect(try await WalletOrgKeys(wallet.context).list(.sandbox).isEmpty)
        }
    }

    @Test("the organisation reads the wallet of a member it names, and of nobody when it names nobody")
    func namedWallet() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 5)
            #expect(try await wallet.accounts.wallet(named: "m", by: wallet.backend).balance == 5)
            for (name, reason) in [("x", WalletError.Reason.notFound), ("", .validation), ("a\u{0}", .validation)] {
                let error = await #expect(throws: WalletError.self) {
                    try await wallet.accounts.wallet(named: name, by: wallet.backend)
                }
                #expect(error?.reason == reason)
            }
            let unnamed = await #expect(throws: WalletError.self) {
                try await wallet.accounts.wallet(by: wallet.backend)
            }
            #expect(unnamed?.reason == .forbidden)
            let foreign = await #expect(throws: WalletError.self) {
                try await wallet.accounts.wallet(named: "m", by: wallet.member("x"))
            }
            #expect(foreign?.reason == .forbidden)
        }
    }

    @Test("parts of the ledger put together are the ledger, whatever their size, for everybody and for one")
    func parts() async throws {
        try await WalletFixture.with { wallet in
            for (id, rows) in [("a", 3), ("b", 1), ("caf\u{E9}", 4), ("cafe\u{301}", 2), ("d", 0)] {
                try await wallet.join(id)
                for amount in 0..<Int64(rows) {
                    _ = try await wallet.accounts.credit(id, amount: amount + 1, by: wallet.backend, now: wallet.now)
                }
            }
            var whole: [String] = []
            try await wallet.accounts.export(by: wallet.backend) { id, row in whole.append("\(id) \(row.sequence)") }
            #expect(whole.count == 10)
            #expect(try await wallet.accounts.ledgerRowCount(by: wallet.backend) == 10)
            for size in [1, 2, 3, 10, 11] {
                let all = try await Self.walk(wallet, member: nil, size)
                #expect(all.map { Array($0.utf8) } == whole.map { Array($0.utf8) }, "parts of \(size)")
                #expect(try await Self.walk(wallet, member: "a", size) == ["a 1", "a 2", "a 3"])
            }
            #expect(try await wallet.accounts.ledgerRowCount(member: "a", by: wallet.backend) == 3)
            let unknown = await #expect(throws: WalletError.self) {
                try await wallet.accounts.ledgerRowCount(member: "x", by: wallet.backend)
            }
            #expect(unknown?.reason == .notFound)
        }
    }

    private static func walk(_ wallet: WalletFixture, member: String?, _ size: Int) async throws -> [String] {
        var rows: [String] = []
        var last: (externalUserID: String, sequence: Int64)?
        while true {
            let part = try await wallet.accounts.exportPart(
                member: member, after: last, limit: size, by: wallet.backend)
            rows += part.map { "\($0.externalUserID) \($0.row.sequence)" }
            guard part.count == size, let end = part.last else { return rows }
            last = (end.externalUserID, end.row.sequence)
        }
    }

    @Test("an offer added again under its key is one offer, answered as it is now; another one under it is refused")
    func offerOnce() async throws {
        try await WalletFixture.with { wallet in
            func create(_ title: String) async throws -> WalletOffer {
                try await wallet.offers.create(
                    WalletOffer.Details(title: title), pointsPrice: 5, by: wallet.backend,
                    idempotency: WalletIdempotency(key: "k"), now: wallet.now)
            }
            let first = try await create("Spa")
            _ = try await wallet.offers.reprice(id: first.id, pointsPrice: 7, by: wallet.backend, now: wallet.now)
            let again = try await create("Spa")
            #expect(again.id == first.id && again.pointsPrice == 7)
            let error = await #expect(throws: WalletError.self) { try await create("Gym") }
            #expect(error?.reason == .idempotencyKeyReused)
        }
    }

    @Test(
        "a mark above the pool's balance is reported once as low, and again at the next crossing"
    )
    func mark() async throws {
        try await WalletFixture.with(settings: { $0.isPoolEnabled = true }) { wallet in
            let pools = WalletPools(wallet.context)
            let live = WalletCaller.organisation(.live)
            let missing = await #expect(throws: WalletError.self) {
                try await pools.setLowWaterMark(5, by: live, now: wallet.now)
            }
            #expect(missing?.reason == .notFound)
            _ = try await pools.topUp(amount: 100, reference: "i", by: live, now: wallet.now)
            func lowCount() async throws -> Int {
                try await wallet.context.pool.query("select 1 from wallet_outbox where event = 'org.points.low'")
                    .rowCount
            }
            _ = try await WalletWebhooks(wallet.context).register(
                url: "https://hooks.example.com/w", events: ["org.points.low"], by: live, now: wallet.now)
            for (mark, told) in [(Int64(100), 0), (101, 1), (500, 1), (50, 1), (200, 2)] {
                let state = try await pools.setLowWaterMark(mark, by: live, now: wallet.now).value
                #expect(state.lowWaterMark == mark && state.balance == 100)
                #expect(try await lowCount() == told, "mark \(mark)")
            }
            let sandbox = await #expect(throws: WalletError.self) {
                try await pools.setLowWaterMark(5, by: wallet.backend, now: wallet.now)
            }
            #expect(sandbox?.reason == .forbidden)
            let negative = await #expect(throws: WalletError.self) {
                try await pools.setLowWaterMark(-1, by: live, now: wallet.now)
            }
            #expect(negative?.reason == .validation)
        }
    }
}
