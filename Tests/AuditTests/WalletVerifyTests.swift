import Logging
import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Audit

@Suite("Verify and the wallet")
struct WalletVerifyTests {
    private static let logger = Logger(label: "audit-tests")

    /// Finds a fault in every other way: by three readers on parts of a member each, and in a sample.
    static func checkOtherWays(_ fault: Fault, _ one: VerifyReport, _ pool: PostgresPool) async throws {
        let three = try await Self.verify(pool, readers: 3, rowsPerPart: 1)()
        #expect(three.violations == one.violations)
        #expect(three.checks == one.checks)
        // A member who is gone cannot be drawn; what needs every member is not made of some.
        let isOfSome =
            ![.walletPool, .walletPoolDraw, .walletTransactionIDUnique, .walletRowWithoutMember].contains(fault.check)
        let sample = try await Self.verify(pool)(.sample(cards: 1000))
        #expect(sample.violations.contains { fault.isNamed(by: $0) } == isOfSome)
        // Cards and wallets are looked at apart.
        let cards = try await Self.verify(pool)(.cards(Books.cards))
        #expect(cards.violations.allSatisfy { !VerifyCheck.ofMembers.contains($0.check) })
        let skipped = cards.checks.filter { $0.skipped != nil }.map(\.name)
        #expect(VerifyCheck.ofMembers.allSatisfy(skipped.contains))
    }

    private static func verify(_ pool: PostgresPool, readers: Int = 1, rowsPerPart: Int64 = 16_384) -> Verify {
        Verify(pool: pool, logger: logger, listedPerCheckMax: 100, readers: readers, spendsPerPart: rowsPerPart)
    }

    @Test("one edited row is one break of the chain, not one for every row after it")
    func noCascade() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool, spendsPerVersion: 4)
            try await pool.withConnection {
                try await $0.execute(
                    """
                    alter table wallet_transactions disable trigger user;
                    update wallet_transactions set balance_after = 501, received_after = 501 where transaction_id = \
                    'wtx_1'
                    """)
            }
            let found = try await Self.verify(pool)().violations
            // The edited row does not continue the one before it, and the next does not continue the edited one.
            #expect(found.map(\.check) == [.walletChain, .walletChain])
            #expect(found.map { $0.key["sequence"] } == ["1", "2"])
        }
    }

    @Test("ids that only look alike are two members")
    func lookAlikes() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            for id in ["caf\u{E9}", "cafe\u{301}"] {
                _ = try await pool.query(
                    """
                    with m as (
                        insert into wallet_members (environment, external_user_id, balance, amount_received,
                            ledger_sequence, created_at, updated_at)
                        values ('LIVE', $1, 5, 5, 1, now(), now()) returning environment, external_user_id
                    )
                    insert into wallet_transactions (environment, external_user_id, sequence, transaction_id, type, \
                    cause,
                        amount, balance_after, received_after, created_at)
                    select environment, external_user_id, 1, 'wtx_' || external_user_id, 'CREDIT', 'mint', 5, 5, 5, \
                    now()
                    from m
                    """, [.text(id)])
            }
            for (readers, rowsPerPart) in [(1, Int64(16_384)), (2, 1)] {
                let report = try await Self.verify(pool, readers: readers, rowsPerPart: rowsPerPart)()
                #expect(report.violations == [])
                #expect(report.checks.first { $0.name == .walletIdentity }?.checked == 2)
            }
        }
    }

    @Test("a ledger of a hundred thousand rows is followed to its end, and one row in it that is wrong is found")
    func long() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await pool.withConnection {
                try await $0.execute(
                    """
                    alter table wallet_transactions disable trigger user; alter table wallet_members disable trigger \
                    user;
                    insert into wallet_members (environment, external_user_id, balance, amount_received, \
                    ledger_sequence,
                            created_at, updated_at) values ('LIVE', 'long', 100000, 100000, 100000, now(), now());
                    insert into wallet_transactions (environment, external_user_id, sequence, transaction_id, type, \
                    cause,
                            amount, balance_after, received_after, created_at)
                        select 'LIVE', 'long', n, 'wtx_' || n, 'CREDIT', 'mint', 1, n, n, now()
                        from generate_series(1, 100000) n
                    """)
            }
            let clean = try await Self.verify(pool)()
            #expect(clean.violations == [])
            #expect(clean.checks.first { $0.name == .walletChain }?.checked == 100_000)
            _ = try await pool.query(
                "update wallet_transactions set amount = 2, balance_after = 77778, received_after = 77778 where "
                    + "sequence = 77777"
            )
            let found = try await Self.verify(pool)().violations
            #expect(found.map(\.check) == [.walletIdentity, .walletChain])
        }
    }
}
