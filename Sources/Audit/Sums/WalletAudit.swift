import PostgreSQL

/// Follows every member's ledger from its first row and compares where it ends with the member's totals (I-10).
///
/// **Guarantees** Holds one member at a time.
struct WalletAudit {
    /// The largest total a wallet may have.
    private static let pointsMax: Int64 = 9_007_199_254_740_991

    /// What the reading of members is called in progress, after the table that has most of the rows.
    static let phase = "wallet_transactions"

    /// A member's row, and after it the rows of the member's ledger in their order, whose balance and receipts are
    /// those after the row.
    static func sql(_ scope: MemberScope) -> String {
        """
        select environment, external_user_id, 0 as kind, ledger_sequence as sequence, balance,
            amount_received as received, amount_spent as spent, 0::bigint as amount, '' as type, '' as cause
        from wallet_members where \(scope.holds())
        union all
        select environment, external_user_id, 1, sequence, balance_after, received_after, 0, amount, type, cause
        from wallet_transactions where \(scope.holds())
        order by environment, external_user_id, kind, sequence
        """
    }

    private struct Totals {
        let balance: Int64
        let received: Int64
        let spent: Int64
        let sequence: Int64
    }

    private struct Member {
        let environment: String
        let externalUserID: String
        /// What the member's row says; nil when only the ledger knows the member.
        let totals: Totals?
        var received: Int128 = 0
        var spent: Int128 = 0
        var sequence: Int64 = 0
        var balanceAfter: Int64 = 0
        var receivedAfter: Int64 = 0

        var key: [String: String] { ["environment": environment, "external_user_id": externalUserID] }

        /// Compared byte by byte, as the database does: texts that only look alike are two members.
        func `is`(_ environment: String, _ externalUserID: String) -> Bool {
            self.environment == environment && self.externalUserID.utf8.elementsEqual(externalUserID.utf8)
        }
    }

    private var member: Member?

    mutating func examine(_ row: PostgresRow, _ findings: inout Findings) throws {
        let environment: String = try row.get("environment")
        let externalUserID: String = try row.get("external_user_id")
        guard try row.get("kind", as: Int32.self) == 1 else {
            finish(&findings)
            let totals = Totals(
                balance: try row.get("balance"), received: try row.get("received"), spent: try row.get("spent"),
                sequence: try row.get("sequence"))
            member = Member(environment: environment, externalUserID: externalUserID, totals: totals)
            return
        }
        if member?.is(environment, externalUserID) != true {
            finish(&findings)
            member = Member(environment: environment, externalUserID: externalUserID, totals: nil)
        }
        try follow(row, &findings)
    }

    private mutating func follow(_ row: PostgresRow, _ findings: inout Findings) throws {
        guard var member else { return }
        let sequence: Int64 = try row.get("sequence")
        let balanceAfter: Int64 = try row.get("balance")
        let receivedAfter: Int64 = try row.get("received")
        let amount: Int64 = try row.get("amount")
        let key = member.key.merging(["sequence": "\(sequence)"]) { $1 }
        for check in [VerifyCheck.walletSequence, .walletChain, .walletSign, .walletRange] { findings.count(check) }

        let next = Int128(member.sequence) + 1
        if Int128(sequence) != next {
            findings.add(
                .walletSequence, table: "wallet_transactions", key: key, expected: "row \(next)", found: "\(sequence)")
        } else {
            // Across a gap there is nothing to continue; the gap was named.
            let expected = (
                Int128(member.balanceAfter) + Int128(amount), Int128(member.receivedAfter) + Int128(max(amount, 0))
            )
            if expected != (Int128(balanceAfter), Int128(receivedAfter)) {
                findings.add(
                    .walletChain, table: "wallet_transactions", key: key,
                    expected: "balance \(expected.0), received \(expected.1)",
                    found: "balance \(balanceAfter), received \(receivedAfter)")
            }
        }
        try Self.checkSign(amount, type: row.get("type"), cause: row.get("cause"), key, &findings)
        Self.checkRange([balanceAfter, receivedAfter], "wallet_transactions", key, &findings)

        member.sequence = sequence
        member.balanceAfter = balanceAfter
        member.receivedAfter = receivedAfter
        if amount >= 0 { member.received += Int128(amount) } else { member.spent -= Int128(amount) }
        self.member = member
    }

    /// Ends the member being read; called once more after the last row.
    mutating func finish(_ findings: inout Findings) {
        guard let member else { return }
        self.member = nil
        findings.count(.walletRowWithoutMember)
        guard let totals = member.totals else {
            findings.add(
                .walletRowWithoutMember, table: "wallet_transactions", key: member.key, expected: "a member",
                found: "none")
            return
        }
        findings.count(.walletIdentity)
        let ledger = (member.received - member.spent, member.received, member.spent)
        if ledger != (Int128(totals.balance), Int128(totals.received), Int128(totals.spent)) {
            findings.add(
                .walletIdentity, table: "wallet_members", key: member.key,
                expected: "balance \(ledger.0) = received \(ledger.1) - spent \(ledger.2)",
                found: "balance \(totals.balance), received \(totals.received), spent \(totals.spent)")
        }
        if totals.sequence != member.sequence {
            findings.add(
                .walletSequence, table: "wallet_members", key: member.key,
                expected: "the last row's \(member.sequence)",
                found: "\(totals.sequence)")
        }
        Self.checkRange([totals.balance, totals.received, totals.spent], "wallet_members", member.key, &findings)
    }

    private static func checkSign(
        _ amount: Int64, type: String, cause: String, _ key: [String: String], _ findings: inout Findings
    ) {
        let credits = ["mint", "refund"]
        let debits = ["spend", "forfeit", "clawback", "capture"]
        let isSound =
            amount > 0
            ? type == "CREDIT" && credits.contains(cause)
            : amount < 0 && type == "DEBIT" && debits.contains(cause)
        guard !isSound else { return }
        findings.add(
            .walletSign, table: "wallet_transactions", key: key,
            expected: "a credit above zero for a mint or refund, a debit below it for another cause",
            found: "\(type) of \(amount) for \(cause)")
    }

    private static func checkRange(
        _ totals: [Int64], _ table: String, _ key: [String: String], _ findings: inout Findings
    ) {
        guard let outside = totals.first(where: { !(0...pointsMax).contains($0) }) else { return }
        findings.add(.walletRange, table: table, key: key, expected: "0 to \(pointsMax)", found: "\(outside)")
    }
}
