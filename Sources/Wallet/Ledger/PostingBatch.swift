import Rewards

/// The pure decision of several postings over members that are locked: what each order becomes, and the rows it writes.
///
/// **Guarantees** The rows of a member continue each other (I-10); an order's payments are all there or none; the pool
/// and the balances never go below zero.
struct PostingBatch: Sendable {
    /// A ledger row and the account after it.
    struct Row: Sendable {
        let externalUserID: String
        let posting: LedgerStore.Posting
        let account: WalletAccount
        let issuanceReference: String?
    }

    /// What a credit draws from the pool.
    struct Draw: Sendable, Hashable {
        let points: Int64
        let balanceAfter: Int64
        let transactionID: String
    }

    private(set) var rows: [Row] = []
    private(set) var draws: [Draw] = []
    private var accounts: [ExactText: WalletAccount] = [:]
    private var archived: Set<ExactText> = []
    private var poolBalance: Int64?
    private let makeID: @Sendable (_ prefix: String) -> String

    /// - Parameters:
    ///   - members: The rows of the members the orders name, as far as they exist.
    ///   - pool: What the prepaid pool has; nil when credits draw from none.
    init(members: [MemberStore.Row], pool: Int64?, makeID: @escaping @Sendable (_ prefix: String) -> String) {
        for row in members {
            let id = ExactText(row.member.externalUserID)
            accounts[id] = row.account
            if row.archivedAt != nil { archived.insert(id) }
        }
        poolBalance = pool
        self.makeID = makeID
    }

    /// Decides every order, payments first; the outcomes are in the order of the orders.
    mutating func decide(_ orders: [WalletPostings.Order]) -> [PointsMovement.Outcome] {
        var outcomes = [PointsMovement.Outcome](repeating: .nothingThere, count: orders.count)
        for index in orders.indices {
            if case .pay(let payments) = orders[index].movement {
                outcomes[index] = pay(payments, to: orders[index].externalUserID)
            }
        }
        for index in orders.indices {
            if case .takeBack(let pointsMax) = orders[index].movement {
                outcomes[index] = takeBack(upTo: pointsMax, from: orders[index].externalUserID)
            }
        }
        return outcomes
    }

    private mutating func pay(_ payments: [PointsMovement.Payment], to id: String) -> PointsMovement.Outcome {
        guard !archived.contains(ExactText(id)) else { return .refused(.memberArchived) }
        guard var account = accounts[ExactText(id)] else { return .refused(.walletFull) }
        var pool = poolBalance
        var added: [Row] = []
        var drawn: [Draw] = []
        for payment in payments {
            guard (1...WalletRule.pointsMax).contains(payment.points), let next = try? account.posting(payment.points)
            else { return .refused(.walletFull) }
            let transactionID = makeID("wtx_")
            if let left = pool.map({ $0 - payment.points }) {
                guard left >= 0 else { return .refused(.poolTooLow) }
                pool = left
                drawn.append(Draw(points: payment.points, balanceAfter: left, transactionID: transactionID))
            }
            account = next
            let posting = LedgerStore.Posting(
                transactionID: transactionID, cause: .mint, amount: payment.points, reason: WalletLabel.reward,
                redemptionID: nil)
            added.append(
                Row(externalUserID: id, posting: posting, account: account, issuanceReference: payment.referenceNumber))
        }
        keep(account, of: id, added)
        draws += drawn
        poolBalance = pool
        return .paid(memberID: id)
    }

    private mutating func takeBack(upTo pointsMax: Int64, from id: String) -> PointsMovement.Outcome {
        // What a removed member left behind is no longer theirs to be taken from.
        guard !archived.contains(ExactText(id)), let account = accounts[ExactText(id)] else { return .nothingThere }
        let points = min(pointsMax, account.available)
        guard points > 0 else { return .nothingThere }
        guard let next = try? account.posting(-points) else { return .refused(.walletFull) }
        let posting = LedgerStore.Posting(
            transactionID: makeID("wtx_"), cause: .clawback, amount: -points, reason: WalletLabel.clawback,
            redemptionID: nil)
        keep(next, of: id, [Row(externalUserID: id, posting: posting, account: next, issuanceReference: nil)])
        return .takenBack(points: points, transactionID: posting.transactionID)
    }

    private mutating func keep(_ account: WalletAccount, of id: String, _ added: [Row]) {
        accounts[ExactText(id)] = account
        rows += added
    }
}
