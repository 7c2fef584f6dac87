import Cosmo
import PostgreSQL
import Rewards
import Synchronization
import Testing
import Wallet

@testable import Issuance

/// What programs earn that pay into the issuer's own wallet: paid by the planner itself, both books in one commit.
@Suite struct WalletPayoutTests {
    @Test(
        "What is earned is in the wallet at the next plan, in whole points, as a confirmed issuance"
    )
    func paid() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", micro: 25_400_000)
            let pass = try await stage.planner().planDue()
            #expect(pass.paidCount == 1 && pass.issuanceCount == 0)
            let position = try await stage.position("u1-a").position
            #expect(position.issuedMicro == 25_000_000 && position.pendingMicro == 400_000)
            let issuance = try #require(try await stage.reads.issuances().issuances.first)
            #expect(issuance.status == .confirmed && issuance.settledBy == .wallet && issuance.sentValue == 25)
            #expect(issuance.attempts == 0 && issuance.dueAt == nil && issuance.settledAt != nil)
            #expect(issuance.account.fields == ["externalUserID": "u1"] && issuance.walletEnvironment == "LIVE")
            let row = try #require(
                try await WalletAccounts(stage.context).transactions(
                    named: "u1", page: WalletPageRequest(limit: 1), by: stage.backend
                ).items.first)
            #expect(row.amount == 25 && row.cause == .mint && row.reason == "card rewards" && row.balanceAfter == 25)

            try await stage.earn("u1-a", micro: 600_000)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 26, "fractions are carried")
            try await stage.checkBooks()
        }
    }

    @Test("Cards of one user pay into one wallet, in one batch, and the rows follow each other")
    func oneMember() async throws {
        try await WalletStage.with { stage in
            for card in ["u1-a", "u1-b", "u2-a", "u1-c"] { try await stage.earn(card, points: 10) }
            let pass = try await stage.planner().planDue()
            #expect(pass.paidCount == 4)
            #expect(try await stage.balance("u1") == 30)
            #expect(try await stage.balance("u2") == 10)
            try await stage.checkBooks()
        }
    }

    @Test("The program's limits and its pause hold, and a plugin that earns value is named")
    func terms() async throws {
        try await WalletStage.with(issuance: { $0.chunksPerPlanMax = 2 }) { stage in
            stage.terms.withLock {
                $0["stars"] = ProgramTerms(minimumPoints: 5, maximumPoints: 20, paysIntoWallet: true)
                $0["cash"] = ProgramTerms(paysIntoWallet: true)
                $0["still"] = ProgramTerms(isPaused: true, paysIntoWallet: true)
            }
            try await stage.earn("u1-a", points: 64)
            try await stage.earn("u1-a", "cash", micro: 9_000_000, unit: .value)
            try await stage.earn("u1-a", "still", micro: 9_000_000)
            try await stage.plan()
            #expect(try await stage.reads.issuances().issuances.map(\.sentValue) == [20, 20, 20])
            #expect(try await stage.position("u1-a").position.pendingMicro == 4_000_000)
            #expect(try await stage.position("u1-a", "cash").blockedReason == IssuanceReason.walletNeedsPoints)
            #expect(try await stage.position("u1-a", "still").blockedReason == IssuanceReason.programPaused)
            try await stage.checkBooks()
        }
    }

    @Test("Without a wallet nothing is lost: the position says so, and is paid once there is one")
    func noWallet() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 3)
            let planner = IssuancePlanner(
                pool: stage.pool, configuration: stage.configuration,
                destinations: { _, keys in keys.map { _ in nil } },
                terms: { _, _ in ["stars": ProgramTerms(paysIntoWallet: true)] }, now: stage.clock.now,
                logger: Stage.logger)
            _ = try await planner.planDue()
            #expect(try await stage.position("u1-a").blockedReason == IssuanceReason.walletMissing)
            stage.clock.advance(.seconds(301))
            try await stage.plan()
            #expect(try await stage.balance("u1") == 3)
            #expect(try await stage.position("u1-a").blockedReason == nil)
        }
    }

    @Test("A removed member is not paid; once back, all that was earned meanwhile is")
    func archived() async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 10)
            try await stage.plan()
            let members = WalletMembers(stage.context)
            _ = try await members.remove("u1", retainBalance: true, by: stage.backend, now: stage.clock.now())
            try await stage.earn("u1-a", points: 5)
            try await stage.clawBack("u1-a", points: 2)
            try await stage.plan()
            #expect(try await stage.position("u1-a").blockedReason == IssuanceReason.walletMemberArchived)
            _ = try await members.upsert("u1", WalletMemberChange(), by: stage.backend, now: stage.clock.now())
            try await stage.plan()
            #expect(try await stage.balance("u1") == 10, "it waits for its retry")
            stage.clock.advance(.seconds(301))
            try await stage.plan()
            #expect(try await stage.balance("u1") == 13)
            try await stage.checkBooks()
        }
    }

    @Test("A pool that is too low pays whom it can, the others wait and say why; taking back does not fill it")
    func emptyPool() async throws {
        try await WalletStage.with(isPoolEnabled: true) { stage in
            let pools = WalletPools(stage.context)
            _ = try await pools.topUp(amount: 12, reference: "po-1", by: stage.backend, now: stage.clock.now())
            try await stage.earn("u1-a", points: 7)
            try await stage.earn("u2-a", points: 8)
            try await stage.earn("u3-a", points: 5)
            try await stage.plan()
            #expect(try await pools.read()?.balance == 0)
            #expect(try await stage.position("u2-a").blockedReason == "INSUFFICIENT_ORG_POINTS")
            #expect(try await stage.position("u2-a").position.pendingMicro == 8_000_000)
            try await stage.clawBack("u1-a", points: 7)
            try await stage.plan()
            #expect(try await stage.balance("u1") == 0)
            #expect(try await pools.read()?.balance == 0)
            _ = try await pools.topUp(amount: 8, reference: "po-2", by: stage.backend, now: stage.clock.now())
            stage.clock.advance(.seconds(301))
            try await stage.plan()
            #expect(try await stage.balance("u2") == 8)
            #expect(try await stage.position("u2-a").blockedReason == nil)
            try await stage.checkBooks()
        }
    }

    @Test("When the commit fails, neither book has moved; the next plan pays once", arguments: [false, true])
    func rollback(isKilled: Bool) async throws {
        try await WalletStage.with { stage in
            try await stage.earn("u1-a", points: 9)
            try await stage.plan()
            try await stage.earn("u1-a", points: 4)
            try await stage.earn("u2-a", points: 4)
            try await stage.earn("u3-a", points: 4)
            try await stage.clawBack("u3-a", points: 1)
            if isKilled {
                // The connection is gone after the ledger was written, before the issuances are.
                stage.onMoved.withLock {
                    $0 = { connection in
                        let pid = try await connection.query("select pg_backend_pid() as pid").first?.get(
                            "pid", as: Int32.self)
                        _ = try await stage.pool.query("select pg_terminate_backend($1)", [.int4(pid ?? 0)])
                    }
                }
            } else {
                // Refuses at the very commit, when every row is written.
                try await stage.pool.withConnection { connection in
                    try await connection.execute(
                        """
                        create function refuse() returns trigger language plpgsql as $$
                        begin raise exception 'no commit' using errcode = 'check_violation'; end $$;
                        create constraint trigger refuse_commit after insert on issuances deferrable initially deferred
                            for each row execute function refuse();
                        """)
                }
            }
            let planner = stage.planner()
            _ = try? await planner.planDue()
            #expect(try await stage.balance("u1") == 9)
            #expect(try await stage.position("u1-a").position.issuedMicro == 9_000_000)
            #expect(try await stage.position("u2-a").position.issuedMicro == 0)
            #expect(try await stage.pool.query("select 1 from wallet_members where external_user_id = 'u2'").isEmpty)
            try await stage.checkBooks()

            stage.onMoved.withLock { $0 = nil }
            if !isKilled {
                _ = try await stage.pool.query("drop trigger refuse_commit on issuances")
            }
            stage.clock.advance(.seconds(900))
            try await stage.plan()
            #expect(try await stage.balance("u1") == 13)
            #expect(try await stage.balance("u2") == 4)
            #expect(try await stage.balance("u3") == 3)
            try await stage.checkBooks()
        }
    }

    @Test("Planners at once pay everything once, whosever cards they are")
    func atOnce() async throws {
        try await WalletStage.with(issuance: { $0.planBatchMax = 7 }) { stage in
            let earnings = (0..<240).map { number in
                PositionChange.earned(
                    PositionKey(cardID: "u\(number % 12)-\(number)", programID: "stars", unit: .points),
                    micro: 1_000_000)
            }
            let statements = PositionStore().change(earnings, at: stage.clock.now())
            _ = try await stage.pool.withTransaction { try await $0.pipeline(statements) }
            let paid = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let planner = stage.planner()
                        var paid = 0
                        while true {
                            let pass = try await planner.planDue()
                            paid += pass.paidCount
                            if pass.positionCount == 0 { return paid }
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            try await stage.plan()
            #expect(paid == 240)
            for user in 0..<12 { #expect(try await stage.balance("u\(user)") == 20) }
            try await stage.checkBooks()
        }
    }
}
