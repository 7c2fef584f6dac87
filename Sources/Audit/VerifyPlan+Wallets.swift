import PostgreSQL

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
