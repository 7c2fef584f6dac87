import PostgreSQL
import Rewards
import Testing
import Wallet

@testable import Issuance

/// What refunds take back out of the wallet, and what stays owed (I-7).
@Suite struct WalletClawbackTests {
    @Test("A refund before the issuance shrinks what is pending: nothing is taken back")
    func beforeIssuance() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 10)
            try await stage.clawBack("u1-a", points: 4)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 6)
            try await stage.clawBack("u1-a", points: -4)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 10)
            #expect(try await stage.reads.takenBack(cardID: "u1-a", programID: "stars").isEmpty)
            try await stage.checkBooks()
        }
    }

    @Test("A refund after the issuance debits the member, and undoing it pays again")
    func afterIssuance() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 10)
            try await stage.plan()
            try await stage.clawBack("u1-a", points: 4)
            #expect(try await stage.planner().planDue().takenBackCount == 1)
            #expect(try await stage.balance("u1") == 6)
            let position = try await stage.position("u1-a").position
            #expect(position.issuedMicro == 6_000_000 && position.debtMicro == 0 && position.pendingMicro == 0)
            let taken = try await stage.reads.takenBack(cardID: "u1-a", programID: "stars")
            #expect(taken.map(\.micro) == [4_000_000])
            let row = try #require(
                try await WalletAccounts(stage.context).transactions(
                    named: "u1", page: WalletPageRequest(limit: 1), by: stage.backend
                ).items.first)
            #expect(row.id == taken.first?.transactionID && row.cause == .clawback)
            #expect(row.amount == -4 && row.reason == "refund of a purchase")

            try await stage.clawBack("u1-a", points: -4)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 10)
            #expect(try await stage.position("u1-a").position.issuedMicro == 10_000_000)
            try await stage.checkBooks()
        }
    }

    @Test(
        "Fractions: a whole point too many is never kept, and undoing restores exactly",
        arguments: [(10_500_000, 700_000, 9), (10_500_000, 500_000, 10), (10_000_000, 1, 9), (1_000_000, 1_000_000, 0)]
            as [(Int64, Int64, Int64)])
    func fractions(earned: Int64, taken: Int64, balance: Int64) async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", micro: earned)
            try await stage.plan()
            try await stage.clawBack("u1-a", micro: taken)
            try await stage.plan()
            #expect(try await stage.balance("u1") == balance)
            let position = try await stage.position("u1-a").position
            #expect(position.debtMicro == 0 && position.pendingMicro == (earned - taken) % 1_000_000)
            try await stage.clawBack("u1-a", micro: -taken)
            try await stage.plan()
            #expect(try await stage.balance("u1") == earned / 1_000_000)
            try await stage.checkBooks()
        }
    }

    @Test("What is spent already stays debt; a canceled redemption, later earning and another card cover it")
    func spent() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 10)
            try await stage.plan()
            let redemption = try await stage.spend("u1", points: 7, offer: "mug")
            try await stage.clawBack("u1-a", points: 9)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 0)
            #expect(try await stage.position("u1-a").position.debtMicro == 6_000_000)

            // Earning nets the debt without touching the wallet.
            try await stage.earn("u1-a", points: 2)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 0)
            #expect(try await stage.position("u1-a").position.debtMicro == 4_000_000)

            // What another card pays in covers it, at the next look.
            try await stage.earn("u1-b", points: 1)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 1)
            try await stage.cancel(redemption)
            #expect(try await stage.balance("u1") == 8)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 8, "it is looked at again in an hour")
            stage.clock.advance(.seconds(3_601))
            try await stage.plan()
            #expect(try await stage.balance("u1") == 4)
            #expect(try await stage.position("u1-a").position.debtMicro == 0)

            try await stage.clawBack("u1-a", points: -9)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 13, "undone: 12 of one card, 1 of the other")
            try await stage.checkBooks()
        }
    }

    @Test("A position that owes and waits for its hour nets what is earned meanwhile at once")
    func earningWhileWaiting() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 3)
            try await stage.plan()
            _ = try await stage.spend("u1", points: 3, offer: "pen")
            try await stage.clawBack("u1-a", points: 3)
            try await stage.plan()
            try await stage.earn("u1-a", points: 5)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 2)
            #expect(try await stage.position("u1-a").position.debtMicro == 0)
            try await stage.checkBooks()
        }
    }

    @Test("By policy nothing is debited: what is owed is netted, as at Cosmo")
    func net() async throws {
        try await WalletStage.with(issuance: { $0.walletClawback = .net }) { stage in
            try await stage.earn("u1-a", points: 10)
            try await stage.plan()
            try await stage.clawBack("u1-a", points: 4)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 10)
            #expect(try await stage.position("u1-a").position.debtMicro == 4_000_000)
            #expect(try await stage.position("u1-a").planAt == nil, "nothing will change by itself")
            try await stage.earn("u1-a", points: 5)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 11)
            try await stage.checkBooks()
        }
    }

    @Test("A written-off debt is not taken back afterwards, and a refund that is undone pays nothing twice")
    func writtenOff() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 10)
            try await stage.plan()
            let redemption = try await stage.spend("u1", points: 6, offer: "mug")
            try await stage.clawBack("u1-a", points: 10)
            try await stage.plan()
            let writeOff = WriteOffDebt(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
            let view = try await writeOff(
                .init(cardID: "u1-a", programID: "stars", reason: "goodwill", requestID: "w1"), by: "ops")
            #expect(view.position.writtenOffMicro == 6_000_000 && view.position.debtMicro == 0)
            try await stage.cancel(redemption)
            stage.clock.advance(.seconds(3_601))
            try await stage.plan()
            #expect(try await stage.balance("u1") == 6, "given up is given up")

            try await stage.clawBack("u1-a", points: -10)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 10, "as if nothing had been refunded")
            let after = try await stage.position("u1-a").position
            #expect(after.writtenOffMicro == 0 && after.issuedMicro == 10_000_000)
            try await stage.checkBooks()
        }
    }

    @Test("Only what was paid into this world of the wallet is taken back from it")
    func otherEnvironment() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 5)
            try await stage.plan()
            _ = try await stage.pool.query(
                "update issuances set wallet_environment = 'SANDBOX'")
            _ = try await WalletAccounts(stage.context).credit(
                "u1", amount: 50, by: stage.backend, now: stage.clock.now())
            try await stage.clawBack("u1-a", points: 5)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 55)
            #expect(try await stage.position("u1-a").position.debtMicro == 5_000_000)
        }
    }

    @Test(
        "Random purchases, refunds, undos, redemptions and cancels keep both books, and end where they should",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func random(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await WalletStage.with(issuance: { $0.planBatchMax = 3 }) { stage in
            let cards = ["u1-a", "u1-b", "u2-a"]
            var earned: [String: Int64] = [:]
            var clawedBack: [String: Int64] = [:]
            var open: [String] = []
            var history: [String] = []
            for number in 0..<120 {
                let card = cards.randomElement(using: &random) ?? cards[0]
                switch Int.random(in: 0..<9, using: &random) {
                case 0, 1:
                    let micro = Int64.random(in: 1...20_000_000, using: &random)
                    history.append("earn \(card) \(micro)")
                    try await stage.earn(card, micro: micro)
                    earned[card, default: 0] += micro
                case 2, 3:
                    let left = (earned[card] ?? 0) - (clawedBack[card] ?? 0)
                    guard left > 0 else { continue }
                    let micro = Bool.random(using: &random) ? left : Int64.random(in: 1...left, using: &random)
                    history.append("refund \(card) \(micro)")
                    try await stage.clawBack(card, micro: micro)
                    clawedBack[card, default: 0] += micro
                case 4:
                    guard let taken = clawedBack[card], taken > 0 else { continue }
                    let micro = Int64.random(in: 1...taken, using: &random)
                    history.append("undo \(card) \(micro)")
                    try await stage.clawBack(card, micro: -micro)
                    clawedBack[card] = taken - micro
                case 5:
                    let member = WalletStage.member(of: card)
                    guard let balance = try? await stage.balance(member), balance > 0 else { continue }
                    let points = Int64.random(in: 1...balance, using: &random)
                    history.append("redeem \(member) \(points)")
                    open.append(try await stage.spend(member, points: points, offer: "offer-\(number)"))
                case 6:
                    guard let index = open.indices.randomElement(using: &random) else { continue }
                    history.append("cancel")
                    try await stage.cancel(open.remove(at: index))
                case 7:
                    history.append("an hour")
                    stage.clock.advance(.seconds(3_601))
                    fallthrough
                default:
                    history.append("plan")
                    try await stage.plan()
                }
                try await stage.checkBooks("seed \(seed): \(history.suffix(8).joined(separator: "; "))")
            }
            // Once every redemption is canceled nobody owes anything, and everybody has what is due, to the point.
            for redemption in open { try await stage.cancel(redemption) }
            for _ in 0..<3 {
                stage.clock.advance(.seconds(3_601))
                try await stage.plan()
            }
            var due: [String: Int64] = [:]
            for card in cards where earned[card] != nil {
                let position = try await stage.position(card).position
                #expect(position.debtMicro == 0, "seed \(seed)")
                let points = ((earned[card] ?? 0) - (clawedBack[card] ?? 0)) / 1_000_000
                #expect(position.issuedMicro == points * 1_000_000, "seed \(seed)")
                due[WalletStage.member(of: card), default: 0] += points
            }
            for (member, points) in due where points > 0 {
                #expect(try await stage.balance(member) == points, "seed \(seed): \(history.joined(separator: "; "))")
            }
            try await stage.checkBooks("seed \(seed)")
        }
    }
}
