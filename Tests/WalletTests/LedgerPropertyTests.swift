import PostgreSQL
import Rewards
import Testing

@testable import Wallet

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("The wallet against a model")
struct LedgerPropertyTests {
    /// What a member's wallet should be, kept in the plainest way.
    struct Model {
        var amounts: [Int64] = []
        var isArchived = false
        var live: [String: (id: String, points: Int64)] = [:]
        /// Active holds in the order they were placed.
        var holds: [(id: String, points: Int64)] = []
        var balance: Int64 { amounts.reduce(0, +) }
        var held: Int64 { holds.reduce(0) { $0 + $1.points } }
    }

    @Test(
        "random mints, redemptions, holds, cancels, removals and replays keep to the model, I-10 after each step",
        arguments: [1, 2, 3] as [UInt64])
    func random(seed: UInt64) async throws {
        try await WalletFixture.with { wallet in
            var numbers = SeededNumbers(state: seed)
            var models = ["a": Model(), "b": Model(), "c": Model()]
            var log: [String] = []
            for id in models.keys.sorted() { try await wallet.join(id) }
            let prices: [String: Int64?] = ["o1": 3, "o2": 17, "o3": 0, "o4": nil]
            for (offer, price) in prices { try await wallet.offer(offer, price: price) }
            for step in 0..<200 {
                let id = ["a", "b", "c"][Int.random(in: 0..<3, using: &numbers)]
                var model = models[id] ?? Model()
                let key = try IdempotencyTests.key("k\(step)")
                switch Int.random(in: 0..<14, using: &numbers) {
                case 0..<4:
                    let amount = Int64.random(in: 1...20, using: &numbers)
                    log.append("mint \(id) \(amount)")
                    for _ in 0...Int.random(in: 0...1, using: &numbers) {
                        let reason = await Self.reason {
                            _ = try await wallet.accounts.credit(
                                id, amount: amount, by: wallet.backend, idempotency: key, now: wallet.now)
                        }
                        #expect(reason == (model.isArchived ? .notFound : nil), "seed \(seed): \(log.suffix(10))")
                    }
                    if !model.isArchived { model.amounts.append(amount) }
                case 4..<7:
                    let offer = ["o1", "o2", "o3", "o4"][Int.random(in: 0..<4, using: &numbers)]
                    let price = (prices[offer] ?? nil) ?? 0
                    log.append("redeem \(id) \(offer)")
                    let expected: WalletError.Reason? =
                        model.isArchived
                        ? .unauthorized
                        : model.live[offer] != nil
                            ? .redemptionAlreadyExists
                            : price > 0 && model.balance - model.held < price ? .insufficientPoints : nil
                    var redeemed = ""
                    for _ in 0...Int.random(in: 0...1, using: &numbers) {
                        let reason = await Self.reason {
                            redeemed =
                                try await wallet.redemptions.redeem(
                                    offer: offer, by: wallet.member(id), idempotency: key, now: wallet.now
                                ).value.id
                        }
                        #expect(reason == expected, "seed \(seed): \(log.suffix(10))")
                    }
                    if expected == nil {
                        model.live[offer] = (redeemed, price)
                        if price > 0 { model.amounts.append(-price) }
                    }
                case 7, 8:
                    guard let (offer, taken) = model.live.min(by: { $0.key < $1.key }) else { continue }
                    log.append("cancel \(id) \(offer)")
                    for _ in 0..<2 {
                        let reason = await Self.reason {
                            _ = try await wallet.redemptions.cancel(id: taken.id, by: wallet.backend, now: wallet.now)
                        }
                        #expect(reason == (model.isArchived ? .conflict : nil), "seed \(seed): \(log.suffix(10))")
                    }
                    if !model.isArchived {
                        model.live[offer] = nil
                        if taken.points > 0 { model.amounts.append(taken.points) }
                    }
                case 9, 10:
                    // Often nearly all there is, so that what is held is in the way of the next spend.
                    let amount = Int64.random(in: 1...(model.balance - model.held + 3), using: &numbers)
                    log.append("hold \(id) \(amount)")
                    let expected: WalletError.Reason? =
                        model.isArchived
                        ? .notFound : model.balance - model.held < amount ? .insufficientPoints : nil
                    var placed = ""
                    for _ in 0...Int.random(in: 0...1, using: &numbers) {
                        let reason = await Self.reason {
                            placed =
                                try await wallet.holds.place(
                                    id, amount: amount, by: wallet.backend, idempotency: key, now: wallet.now
                                ).value.id
                        }
                        #expect(reason == expected, "seed \(seed): \(log.suffix(10))")
                    }
                    if expected == nil { model.holds.append((placed, amount)) }
                case 11, 12:
                    guard !model.holds.isEmpty else { continue }
                    let hold = model.holds.remove(at: Int.random(in: 0..<model.holds.count, using: &numbers))
                    let captured = Int64.random(in: 0...hold.points, using: &numbers)
                    log.append("end \(id) \(hold.points) with \(captured)")
                    for _ in 0..<2 {
                        if captured > 0 {
                            _ = try await wallet.holds.capture(
                                id: hold.id, amount: captured, by: wallet.backend, now: wallet.now)
                        } else {
                            _ = try await wallet.holds.release(id: hold.id, by: wallet.backend, now: wallet.now)
                        }
                    }
                    if captured > 0 { model.amounts.append(-captured) }
                default:
                    guard model.holds.isEmpty else {
                        let reason = await Self.reason {
                            _ = try await wallet.members.remove(
                                id, retainBalance: true, by: wallet.backend, now: wallet.now)
                        }
                        #expect(reason == .conflict, "seed \(seed): \(log.suffix(10))")
                        continue
                    }
                    let isRetained = Bool.random(using: &numbers)
                    log.append(model.isArchived ? "revive \(id)" : "remove \(id) \(isRetained)")
                    if model.isArchived {
                        try await wallet.join(id)
                    } else {
                        _ = try await wallet.members.remove(
                            id, retainBalance: isRetained, by: wallet.backend, now: wallet.now)
                        if !isRetained, model.balance > 0 { model.amounts.append(-model.balance) }
                    }
                    model.isArchived.toggle()
                }
                models[id] = model
                #expect(try await wallet.brokenIdentities() == 0, "seed \(seed): \(log.suffix(10))")
                let found = try await wallet.accounts.wallet(by: wallet.member(id))
                #expect(found.balance == model.balance, "seed \(seed): \(log.suffix(10))")
                #expect(found.held == model.held && found.available == model.balance - model.held)
                #expect(found.amountReceived == model.amounts.filter { $0 > 0 }.reduce(0, +))
            }
            for (id, model) in models {
                var rows: [Int64] = []
                try await wallet.accounts.export(member: id, by: wallet.backend) { _, row in rows.append(row.amount) }
                #expect(rows == model.amounts, "seed \(seed)")
            }
        }
    }

    private static func reason(_ body: () async throws -> Void) async -> WalletError.Reason? {
        do {
            try await body()
            return nil
        } catch { return (error as? WalletError)?.reason ?? .internalFault }
    }
}
