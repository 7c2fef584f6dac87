import PostgreSQL
import Testing
import Wallet

extension Boundary {
    /// The commits of the wallet's writes, which a key makes safe to repeat, or what they do by itself.
    static let wallet: [Boundary] = [
        credit, placeHold, captureHold, redeem, cancelRedemption, moveRedemption, upsertMember, removeMember,
        createOffer, repriceOffer, topUpPool, setLowWaterMark,
    ]

    static let walletNow = PostgresTimestamp(microsecondsSinceEpoch: 1_771_545_600_000_000)
    static let backend = WalletCaller.organisation(.live)

    private static func key(_ name: String) throws -> WalletIdempotency { try WalletIdempotency(key: name) }

    // MARK: What the calls need

    /// A member with 100 points.
    static func walletMember(_ stage: FaultStage) async throws {
        let wallet = stage.wallet(stage.direct)
        _ = try await WalletMembers(wallet).upsert("m-1", WalletMemberChange(), by: backend, now: walletNow)
        _ = try await WalletAccounts(wallet).credit("m-1", amount: 100, by: backend, now: walletNow)
    }

    /// The same, and an offer for 30.
    static func walletOffer(_ stage: FaultStage) async throws {
        try await walletMember(stage)
        _ = try await WalletOffers(stage.wallet(stage.direct)).create(
            id: "offer", WalletOffer.Details(title: "Coffee"), pointsPrice: 30, by: backend, now: walletNow)
    }

    private static func walletRedemption(_ stage: FaultStage) async throws {
        try await walletOffer(stage)
        _ = try await redeemOnce(stage, stage.direct)
    }

    private static func walletPool(_ stage: FaultStage) async throws {
        _ = try await WalletPools(stage.wallet(stage.direct)).topUp(
            amount: 500, reference: "first", by: backend, now: walletNow)
    }

    // MARK: The ledger

    static func creditOnce(_ stage: FaultStage) async throws -> WalletAnswer<WalletCredit> {
        try await WalletAccounts(stage.wallet()).credit(
            "m-1", amount: 40, by: backend, idempotency: key("credit"), now: walletNow)
    }

    static let credit = Boundary(
        name: "the wallet's credit", prepare: walletMember, call: { _ = try await creditOnce($0) },
        isApplied: { try await $0.number("select count(*) from wallet_transactions") > 1 },
        faults: expecting([
            ("rows", "select count(*) from wallet_transactions", 2),
            ("balance", "select balance from wallet_members", 140),
        ]))

    // MARK: Holds

    private static func placeOnce(
        _ stage: FaultStage, _ pool: PostgresPool? = nil
    ) async throws -> WalletAnswer<WalletHold> {
        try await WalletHolds(stage.wallet(pool)).place(
            "m-1", amount: 60, by: backend, idempotency: key("hold"), now: walletNow)
    }

    static let placeHold = Boundary(
        name: "the wallet's hold", prepare: walletMember, call: { _ = try await placeOnce($0) },
        isApplied: { try await $0.number("select count(*) from wallet_holds") > 0 },
        faults: expecting([
            ("holds", "select count(*) from wallet_holds", 1),
            ("held", "select held from wallet_members", 60),
        ]))

    static let captureHold = Boundary(
        name: "the capture of a hold",
        prepare: { stage in
            try await walletMember(stage)
            _ = try await placeOnce(stage, stage.direct)
        },
        call: { stage in
            let id: String = try await stage.direct.query("select hold_id from wallet_holds")[0].value()
            _ = try await WalletHolds(stage.wallet()).capture(
                id: id, amount: 45, by: backend, idempotency: key("capture"), now: walletNow)
        },
        isApplied: { try await $0.number("select count(*) from wallet_holds where status = 'CAPTURED'") > 0 },
        faults: expecting([
            ("captures", "select count(*) from wallet_transactions where cause = 'capture'", 1),
            ("balance", "select balance from wallet_members", 55),
            ("held", "select held from wallet_members", 0),
        ]))

    // MARK: Redemptions

    private static func redeemOnce(
        _ stage: FaultStage, _ pool: PostgresPool? = nil
    ) async throws -> WalletAnswer<WalletRedemption> {
        try await WalletRedemptions(stage.wallet(pool)).redeem(
            offer: "offer", named: "m-1", by: backend, idempotency: key("redeem"), now: walletNow)
    }

    static let redeem = Boundary(
        name: "the wallet's redemption", prepare: walletOffer, call: { _ = try await redeemOnce($0) },
        isApplied: { try await $0.number("select count(*) from wallet_redemptions") > 0 },
        faults: expecting([
            ("redemptions", "select count(*) from wallet_redemptions", 1),
            ("balance", "select balance from wallet_members", 70),
        ]))

    private static func redemptionID(_ stage: FaultStage) async throws -> String {
        try await stage.direct.query("select redemption_id from wallet_redemptions")[0].value()
    }

    static let cancelRedemption = Boundary(
        name: "the cancel of a redemption", prepare: walletRedemption,
        call: { stage in
            _ = try await WalletRedemptions(stage.wallet()).cancel(
                id: redemptionID(stage), by: backend, idempotency: key("cancel"), now: walletNow)
        },
        isApplied: { try await $0.number("select count(*) from wallet_redemptions where status = 'CANCELED'") > 0 },
        faults: expecting([
            ("refunds", "select count(*) from wallet_transactions where cause = 'refund'", 1),
            ("balance", "select balance from wallet_members", 100),
        ]))

    static let moveRedemption = Boundary(
        name: "the move of a redemption", prepare: walletRedemption,
        call: { stage in
            _ = try await WalletRedemptions(stage.wallet()).move(
                id: redemptionID(stage), to: .completed, by: backend, now: walletNow)
        },
        isApplied: { try await $0.number("select count(*) from wallet_redemptions where status = 'COMPLETED'") > 0 },
        faults: expecting([
            ("completed", "select count(*) from wallet_redemptions where status = 'COMPLETED'", 1),
            ("balance", "select balance from wallet_members", 70),
        ]))

    // MARK: Members

    static let upsertMember = Boundary(
        name: "the wallet's new member",
        call: { stage in
            _ = try await WalletMembers(stage.wallet()).upsert(
                "m-2", WalletMemberChange(tier: "gold"), by: backend, idempotency: key("member"), now: walletNow)
        },
        isApplied: { try await $0.number("select count(*) from wallet_members") > 0 },
        faults: expecting([("members", "select count(*) from wallet_members where tier = 'gold'", 1)]))

    static let removeMember = Boundary(
        name: "the removal of a member", prepare: walletMember,
        call: { stage in
            _ = try await WalletMembers(stage.wallet()).remove(
                "m-1", retainBalance: false, by: backend, idempotency: key("remove"), now: walletNow)
        },
        isApplied: { try await $0.number("select count(*) from wallet_members where archived_at is not null") > 0 },
        faults: expecting([
            ("forfeits", "select count(*) from wallet_transactions where cause = 'forfeit'", 1),
            ("balance", "select balance from wallet_members", 0),
        ]))

    // MARK: Offers

    static let createOffer = Boundary(
        name: "the wallet's new offer",
        call: { stage in
            let offer = try await WalletOffers(stage.wallet()).create(
                WalletOffer.Details(title: "Tea"), pointsPrice: 20, by: backend, idempotency: key("offer"),
                now: walletNow)
            #expect(offer.pointsPrice == 20)
        },
        isApplied: { try await $0.number("select count(*) from wallet_offers") > 0 },
        faults: expecting([("offers", "select count(*) from wallet_offers", 1)]))

    static let repriceOffer = Boundary(
        name: "the new price of an offer", prepare: walletOffer,
        call: { stage in
            _ = try await WalletOffers(stage.wallet()).reprice(
                id: "offer", pointsPrice: 25, by: backend, now: walletNow)
        },
        isApplied: { try await $0.number("select points_price from wallet_offers") == 25 },
        faults: expecting([("price", "select points_price from wallet_offers", 25)]))

    // MARK: The prepaid pool

    static let topUpPool = Boundary(
        name: "the top-up of the pool",
        call: { stage in
            _ = try await WalletPools(stage.wallet()).topUp(
                amount: 500, reference: "invoice", by: backend, idempotency: key("top-up"), now: walletNow)
        },
        isApplied: { try await $0.number("select count(*) from wallet_pool_entries") > 0 },
        faults: expecting([
            ("entries", "select count(*) from wallet_pool_entries", 1),
            ("balance", "select balance from wallet_pools", 500),
        ]))

    static let setLowWaterMark = Boundary(
        name: "the pool's low water mark", prepare: walletPool,
        call: { stage in
            _ = try await WalletPools(stage.wallet()).setLowWaterMark(100, by: backend, now: walletNow)
        },
        isApplied: { try await $0.number("select low_water_mark from wallet_pools") == 100 },
        faults: expecting([("mark", "select low_water_mark from wallet_pools", 100)]))
}
