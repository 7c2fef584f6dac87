import Issuance
import PostgreSQL
import Preferences
import Rewards
import Spending
import Testing
import Wallet

/// Calls that can tell an earlier run of themselves by a key or by the rows find out what a lost commit came to.
@Suite("When the answer to a commit is lost and the database comes back", .serialized, .timeLimit(.minutes(15)))
struct LostCommitTests {
    static let cuts: [Cut] = [.beforeCommit, .afterCommit]

    /// Long enough for a connection to come back.
    private static func withPatience(_ body: (FaultStage) async throws -> Void) async throws {
        try await FaultStage.with(resolutionTime: .seconds(300), body)
    }

    @Test("a write-off is done and recorded once, and its caller gets that answer", arguments: cuts)
    func writeOff(_ cut: Cut) async throws {
        try await Self.withPatience { stage in
            try await Boundary.writeOffDebt.prepare(stage)
            stage.proxy.cut(cut)
            let view = try await stage.writeOffDebt()
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(view.position.writtenOffMicro == 7_000_000 && view.position.debtMicro == 0)
            let faults = try await Boundary.writeOffDebt.faults(stage)
            #expect(faults.isEmpty, "\(faults)")
        }
    }

    @Test("a link is made once, and the answer does not say that another call had made it", arguments: cuts)
    func link(_ cut: Cut) async throws {
        try await Self.withPatience { stage in
            stage.proxy.cut(cut)
            let answer = try await stage.linkProgram()
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(!answer.isReplayed && answer.preferences.version == 2)
            let again = try await stage.linkProgram()
            #expect(again.isReplayed && again.preferences.version == 2)
            let faults = try await Boundary.linkProgram.faults(stage)
            #expect(faults.isEmpty, "\(faults)")
        }
    }

    @Test("legs that earn are counted and recorded once", arguments: cuts)
    func retryParkedLegs(_ cut: Cut) async throws {
        try await Self.withPatience { stage in
            try await stage.parkLegs()
            stage.proxy.cut(cut)
            let report = try await stage.retryParkedLegs()
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(report.settled == 1 && report.parkedAgain.isEmpty)
            let faults = try await Boundary.retryParkedLegs.faults(stage)
            #expect(faults.isEmpty, "\(faults)")
            let recorded = try await stage.number(
                "select sum((detail ->> 'settled')::int8)::int8 from operator_actions where action = 'RetryParkedLegs'")
            #expect(recorded == 1)
        }
    }

    @Test("what a member is credited without a key is credited once", arguments: cuts)
    func creditWithoutKey(_ cut: Cut) async throws {
        try await Self.withPatience { stage in
            try await Boundary.walletMember(stage)
            stage.proxy.cut(cut)
            let answer = try await WalletAccounts(stage.wallet()).credit(
                "m-1", amount: 40, by: Boundary.backend, now: Boundary.walletNow)
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(answer.value.balance == 140 && !answer.isReplayed)
            let rows = try await stage.number("select count(*) from wallet_transactions")
            #expect(rows == 2)
        }
    }

    @Test("an offer is redeemed once without a key, and its price is taken once", arguments: cuts)
    func redeemWithoutKey(_ cut: Cut) async throws {
        try await Self.withPatience { stage in
            try await Boundary.walletOffer(stage)
            stage.proxy.cut(cut)
            let answer = try await WalletRedemptions(stage.wallet()).redeem(
                offer: "offer", named: "m-1", by: Boundary.backend, now: Boundary.walletNow)
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(!answer.isReplayed)
            let faults = try await Boundary.redeem.faults(stage)
            #expect(faults.isEmpty, "\(faults)")
        }
    }

    @Test("a write under a key answers as the call that did it, not as a replay", arguments: cuts)
    func creditUnderKey(_ cut: Cut) async throws {
        try await Self.withPatience { stage in
            try await Boundary.walletMember(stage)
            stage.proxy.cut(cut)
            let answer = try await Boundary.creditOnce(stage)
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(!answer.isReplayed && answer.value.balance == 140)
            let again = try await Boundary.creditOnce(stage)
            #expect(again.isReplayed && again.value == answer.value)
            let faults = try await Boundary.credit.faults(stage)
            #expect(faults.isEmpty, "\(faults)")
        }
    }

    @Test("what nothing can recognise is not repeated, and its outcome is unknown", arguments: cuts)
    func unrecognised(_ cut: Cut) async throws {
        try await Self.withPatience { stage in
            stage.proxy.cut(cut)
            do {
                _ = try await WalletPools(stage.wallet()).topUp(
                    amount: 500, reference: "invoice", by: Boundary.backend, now: Boundary.walletNow)
                Issue.record("a top-up without a key whose commit was lost was acknowledged")
            } catch let error as PostgresError {
                #expect(error.meaning == .unknownCommit)
            }
            let rows = try await stage.number("select count(*) from wallet_pool_entries")
            #expect(rows == (cut == .afterCommit ? 1 : 0))
        }
    }
}
