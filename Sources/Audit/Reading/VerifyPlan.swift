import PostgreSQL
import Synchronization

/// Cuts a database into parts of about equal size, whole cards or members each.
struct VerifyPlan {
    let parts: [VerifyWork]
    /// Checks that cannot be made for some cards or members alone, and why.
    let skipped: [VerifyCheck: String]

    /// - Parameter spendsPerPart: a part's spends are sorted in the database's memory and checked in one go.
    static func make(
        _ scope: VerifyScope, spendsPerPart: Int64, on connection: PostgresConnection, timeout: Duration
    ) async throws -> VerifyPlan {
        switch scope {
        case .everything:
            let parts = try await ranges(of: spendsPerPart, on: connection, timeout: timeout).map {
                VerifyWork.cards($0)
            }
            let wallets = try await wallets(of: spendsPerPart, on: connection, timeout: timeout)
            return VerifyPlan(parts: parts + RowAudit.all.map { .rows($0, .all) } + wallets, skipped: [:])
        case .cards(let cards):
            return some(cards).skipping(VerifyCheck.ofMembers, because: "only cards are looked at")
        case .sample(let count):
            let cards = try await sample(count, of: "cards", "card_id", on: connection, timeout: timeout) { row in
                try row.get("card_id", as: String.self)
            }
            let members = try await sample(
                count, of: "wallet_members", "environment, external_user_id", on: connection, timeout: timeout,
                read: MemberScope.Place.init)
            return some(cards).adding(wallets: members)
        }
    }

    func skipping(_ checks: [VerifyCheck], because reason: String) -> VerifyPlan {
        VerifyPlan(
            parts: parts, skipped: skipped.merging(checks.map { ($0, reason) }, uniquingKeysWith: { first, _ in first })
        )
    }

    private static func some(_ cards: [String]) -> VerifyPlan {
        let step = 256
        let scopes = stride(from: 0, to: cards.count, by: step).map { start in
            CardScope.cards(Array(cards[start..<min(start + step, cards.count)]))
        }
        var parts: [VerifyWork] = []
        for scope in scopes {
            parts.append(.cards(scope))
            parts += RowAudit.all.filter(\.isByCard).map { .rows($0, scope) }
        }
        return VerifyPlan(parts: parts, skipped: [:]).skipping(
            RowAudit.all.filter { !$0.isByCard }.map(\.check), because: "only some cards are looked at")
    }

    /// Ranges of cards that together are every card there may be, also cards that only another table knows.
    private static func ranges(
        of spendsPerPart: Int64, on connection: PostgresConnection, timeout: Duration
    ) async throws -> [CardScope] {
        var ranges: [CardScope] = []
        var after: String?
        var spends: Int64 = 0
        try await connection.forEachRow(
            "select card_id, count(*) as spends from spends group by card_id order by card_id", [], timeout: timeout
        ) { row in
            spends += try row.get("spends", as: Int64.self)
            guard spends >= spendsPerPart else { return }
            let card = try row.get("card_id", as: String.self)
            ranges.append(.range(after: after, upTo: card))
            after = card
            spends = 0
        }
        return ranges + [.range(after: after, upTo: nil)]
    }

    /// Rows drawn at random; a large table is drawn from by pages, so that the draw does not read all of it.
    private static func sample<Row>(
        _ count: Int, of table: String, _ columns: String, on connection: PostgresConnection, timeout: Duration,
        read: @escaping @Sendable (PostgresRow) throws -> Row
    ) async throws -> [Row] {
        let estimated = try await connection.first(VerifyMeter.estimate(of: table), timeout: timeout) ?? 0
        let wanted = Int64(max(1, count))
        // Thirty times as many as wanted, so that the second draw mixes cards of many pages.
        let perTenThousand =
            estimated > 0
            ? min(10_000, wanted.multipliedReportingOverflow(by: 300_000).partialValue / estimated + 1) : 10_000
        let isWhole = estimated < 100_000 || perTenThousand >= 10_000 || wanted > estimated / 30
        let source =
            isWhole
            ? table
            : "\(table) tablesample system (\(perTenThousand / 100).\(perTenThousand % 100 / 10)\(perTenThousand % 10))"
        return try await connection.all(
            Query("select \(columns) from \(source) order by random() limit $1", [.int8(wanted)], read: read),
            timeout: timeout)
    }
}

/// The wallet's part of a plan.
extension VerifyPlan {
    /// The whole wallet: ranges of members that together are every member there may be, also those that only the ledger
    /// knows, and each of the database's own checks once.
    static func wallets(
        of rowsPerPart: Int64, on connection: PostgresConnection, timeout: Duration
    ) async throws -> [VerifyWork] {
        var ranges: [MemberScope] = []
        var after: MemberScope.Place?
        var rows: Int64 = 0
        try await connection.forEachRow(
            "select environment, external_user_id, ledger_sequence from wallet_members order by 1, 2", [],
            timeout: timeout
        ) { row in
            // What the column says is not trusted further than for cutting.
            rows += 1 + min(max(try row.get("ledger_sequence", as: Int64.self), 0), rowsPerPart)
            guard rows >= rowsPerPart else { return }
            let place = try MemberScope.Place(row)
            ranges.append(.range(after: after, upTo: place))
            after = place
            rows = 0
        }
        ranges.append(.range(after: after, upTo: nil))
        return ranges.map { .members($0) } + WalletRowAudit.all.map { .memberRows($0, .all) }
    }

    /// The plan with the wallets of these members, and without the checks that need all of them.
    func adding(wallets members: [MemberScope.Place]) -> VerifyPlan {
        var parts = parts
        for (environment, places) in Dictionary(grouping: members, by: \.environment).sorted(by: { $0.key < $1.key }) {
            let step = 256
            for start in stride(from: 0, to: places.count, by: step) {
                let ids = places[start..<min(start + step, places.count)].map(\.externalUserID)
                let scope = MemberScope.members(environment: environment, ids)
                parts.append(.members(scope))
                parts += WalletRowAudit.all.filter(\.isByMember).map { .memberRows($0, scope) }
            }
        }
        return VerifyPlan(parts: parts, skipped: skipped).skipping(
            WalletRowAudit.all.filter { !$0.isByMember }.map(\.check), because: "only some members are looked at")
    }
}
