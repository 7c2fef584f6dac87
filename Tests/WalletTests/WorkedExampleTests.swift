import PostgreSQL
import Rewards
import Testing

@testable import Wallet

@Suite("The wallet's worked example and refusals")
struct WorkedExampleTests {
    @Test("a member whose id differs only in how an accent is written is another member")
    func equivalentMembers() async throws {
        try await WalletFixture.with { wallet in
            let (one, two) = ("caf\u{E9}", "cafe\u{301}")
            for id in [one, two] { try await wallet.join(id, points: 100) }
            try await wallet.offer("o", price: 10)
            let redeemed = try await wallet.redemptions.redeem(offer: "o", by: wallet.member(two), now: wallet.now)
            let id = redeemed.value.id
            await #expect(throws: WalletError.self) {
                try await wallet.redemptions.get(id: id, by: wallet.member(one))
            }
            await #expect(throws: WalletError.self) {
                try await wallet.redemptions.cancel(id: id, by: wallet.member(one), now: wallet.now)
            }
            await #expect(throws: WalletError.self) {
                try await wallet.redemptions.redeem(offer: "o", named: two, by: wallet.member(one), now: wallet.now)
            }
            #expect(wallet.member(one) != wallet.member(two))
            #expect(try await wallet.accounts.wallet(by: wallet.member(one)).balance == 100)
            #expect(try await wallet.accounts.wallet(by: wallet.member(two)).balance == 90)
        }
    }

    @Test("mint 500, spend 180, cancel, spend 320: every row of the contract's table")
    func workedExample() async throws {
        try await WalletFixture.with { wallet in
            let member = wallet.member("cust-77")
            try await wallet.join("cust-77")
            try await wallet.offer("o1", price: 180)
            try await wallet.offer("o2", price: 320)
            func totals() async throws -> [Int64] {
                let found = try await wallet.accounts.wallet(by: member)
                #expect(found.currency == WalletCurrency(name: "Stars", symbol: "ST"))
                return [found.balance, found.amountReceived, found.amountSpent]
            }
            #expect(try await totals() == [0, 0, 0])
            let credit = try await wallet.accounts.credit(
                "cust-77", amount: 500, reason: "spring promo", by: wallet.backend, now: wallet.now)
            #expect(credit.value.balance == 500 && credit.value.currency.symbol == "ST")
            #expect(try await totals() == [500, 500, 0])
            let first = try await wallet.redemptions.redeem(offer: "o1", by: member, now: wallet.now)
            #expect(first.value.status == .submitted && first.value.offer == "o1")
            #expect(first.value.createdAt == wallet.now)
            #expect(try await totals() == [320, 500, 180])
            // Repriced since: what was debited comes back, not the price of today.
            _ = try await wallet.offers.reprice(id: "o1", pointsPrice: 999, by: wallet.backend, now: wallet.now)
            let id = first.value.id
            let canceled = try await wallet.redemptions.cancel(id: id, by: member, now: wallet.now)
            #expect(canceled.value.status == .canceled)
            #expect(try await totals() == [500, 680, 180])
            let again = try await wallet.redemptions.cancel(id: id, by: member, now: wallet.now)
            #expect(again.value == canceled.value)
            #expect(try await totals() == [500, 680, 180])
            let second = try await wallet.redemptions.redeem(offer: "o2", by: member, now: wallet.now)
            #expect(try await totals() == [180, 680, 500])

            let page = try await wallet.accounts.transactions(page: WalletPageRequest(limit: 2), by: member)
            #expect(page.items.map(\.amount) == [-320, 180])
            #expect(page.items.map(\.redemptionID) == [second.value.id, id])
            #expect(page.items.map(\.type) == ["DEBIT", "CREDIT"])
            #expect(page.items.map(\.reason) == ["redemption", "redemption canceled"])
            let rest = try await wallet.accounts.transactions(
                page: WalletPageRequest(limit: 2, cursor: page.nextCursor), by: member)
            #expect(rest.items.map(\.amount) == [-180, 500])
            #expect(rest.items.map(\.reason) == ["redemption", "spring promo"])
            #expect(rest.nextCursor == nil)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("a redemption is refused in the contract's order, and a refusal writes nothing")
    func refusals() async throws {
        try await WalletFixture.with { wallet in
            let member = wallet.member("m")
            try await wallet.join("m", points: 100)
            try await wallet.offer("dear", price: 101)
            try await wallet.offer("exact", price: 100)
            try await wallet.offer("gone", price: 1)
            try await wallet.offer("free", price: nil)
            _ = try await wallet.offers.expire(id: "gone", at: wallet.now, by: wallet.backend, now: wallet.now)
            func refusal(_ offer: String, _ caller: WalletCaller, named: String? = nil) async -> WalletError.Reason? {
                let error = await #expect(throws: WalletError.self) {
                    try await wallet.redemptions.redeem(offer: offer, named: named, by: caller, now: wallet.now)
                }
                return error?.reason
            }
            #expect(await refusal("dear", member, named: "other") == .forbidden)
            #expect(await refusal("dear", wallet.backend) == .validation)
            #expect(await refusal("dear", wallet.backend, named: "stranger") == .notFound)
            #expect(await refusal("unknown", member) == .notFound)
            #expect(await refusal("gone", member) == .offerUnavailable)
            #expect(await refusal("dear", member) == .insufficientPoints)
            #expect(try await wallet.accounts.wallet(by: member).amountSpent == 0)
            let free = try await wallet.redemptions.redeem(offer: "free", by: member, now: wallet.now)
            #expect(await refusal("free", member) == .redemptionAlreadyExists)
            _ = try await wallet.redemptions.redeem(offer: "exact", named: "m", by: wallet.backend, now: wallet.now)
            #expect(try await wallet.accounts.wallet(by: member).balance == 0)
            // A member of another environment, or another member, sees none of it.
            for stranger in [wallet.member("x"), .organisation(.live)] {
                let error = await #expect(throws: WalletError.self) {
                    try await wallet.redemptions.cancel(id: free.value.id, by: stranger, now: wallet.now)
                }
                #expect(error?.reason == .notFound)
            }
            let rows = try await wallet.accounts.transactions(page: WalletPageRequest(), by: member)
            #expect(rows.items.map(\.amount) == [-100, 100])
        }
    }

    @Test("a redemption moves forward only; a completed one cannot be canceled")
    func lifecycle() async throws {
        try await WalletFixture.with { wallet in
            let member = wallet.member("m")
            try await wallet.join("m", points: 10)
            try await wallet.offer("o", price: 10)
            let id = try await wallet.redemptions.redeem(offer: "o", by: member, now: wallet.now).value.id
            func move(_ status: RedemptionStatus, by caller: WalletCaller) async -> WalletError.Reason? {
                do {
                    let moved = try await wallet.redemptions.move(id: id, to: status, by: caller, now: wallet.now)
                    #expect(moved.value.status == status)
                    return nil
                } catch { return (error as? WalletError)?.reason }
            }
            #expect(await move(.open, by: member) == .forbidden)
            #expect(await move(.awaitingCustomer, by: wallet.backend) == nil)
            #expect(await move(.awaitingCustomer, by: wallet.backend) == nil)
            #expect(await move(.open, by: wallet.backend) == .conflict)
            #expect(await move(.canceled, by: wallet.backend) == .conflict)
            #expect(await move(.completed, by: wallet.backend) == nil)
            #expect(await move(.purchased, by: wallet.backend) == .conflict)
            let error = await #expect(throws: WalletError.self) {
                try await wallet.redemptions.cancel(id: id, by: member, now: wallet.now)
            }
            #expect(error?.reason == .conflict)
            let summary = try await wallet.members.summary("m", by: wallet.backend)
            #expect(summary.redemptionCounts == [.completed: 1])
            #expect(summary.wallet.amountSpent == 10)
        }
    }

    @Test("totals stop at 2^53 - 1: a credit beyond it is refused and nothing moves")
    func overflow() async throws {
        try await WalletFixture.with { wallet in
            let most: Int64 = 9_007_199_254_740_991
            try await wallet.join("m", points: most)
            for amount in [1, most, most + 1, 0, -1] {
                let error = await #expect(throws: WalletError.self) {
                    try await wallet.accounts.credit("m", amount: amount, by: wallet.backend, now: wallet.now)
                }
                #expect(error?.reason == .validation, "amount \(amount)")
            }
            #expect(try await wallet.accounts.wallet(by: wallet.member("m")).balance == most)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("a removed member's balance lapses by one debit, or waits for them when retained")
    func removal() async throws {
        try await WalletFixture.with { wallet in
            for (id, retain, left) in [("lapse", false, Int64(0)), ("keep", true, Int64(70))] {
                try await wallet.join(id, points: 70)
                let removal = try await wallet.members.remove(
                    id, retainBalance: retain, by: wallet.backend, now: wallet.now)
                #expect(removal.value.isArchived && removal.value.isBalanceRetained == retain)
                let again = try await wallet.members.remove(
                    id, retainBalance: !retain, by: wallet.backend, now: wallet.now)
                #expect(again.value == removal.value)
                let error = await #expect(throws: WalletError.self) {
                    try await wallet.accounts.credit(id, amount: 1, by: wallet.backend, now: wallet.now)
                }
                #expect(error?.reason == .notFound)
                try await wallet.join(id)
                #expect(try await wallet.accounts.wallet(by: wallet.member(id)).balance == left)
            }
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }
}
