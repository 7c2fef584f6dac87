/// The sandbox's whole state as a value: what was issued, what is to be delivered.
///
/// It changes only by journal entries, so replaying the journal gives the same state again.
struct SandboxBooks: Sendable {
    private(set) var transactions: [SandboxTransaction] = []
    private var byID: [String: Int] = [:]
    private var byReference: [String: [Int]] = [:]
    private var balances: [BalanceKey: SandboxBalance] = [:]
    private(set) var deliveries: [UInt64: SandboxDelivery] = [:]
    private var counts: [SandboxDelivery.State: Int] = [:]
    private(set) var nextDeliveryID: UInt64 = 1

    private struct BalanceKey: Hashable {
        let programID: String
        let accountKey: String
    }

    /// Whether a credit can be booked without overflow.
    func canCredit(_ points: Int64, programID: String, accountKey: String) -> Bool {
        let balance = balances[BalanceKey(programID: programID, accountKey: accountKey)]?.points ?? 0
        return !balance.addingReportingOverflow(points).overflow
    }

    mutating func apply(_ entry: JournalEntry) {
        switch entry {
        case .issued(let transaction):
            byID[transaction.id] = transactions.count
            byReference[transaction.referenceNumber, default: []].append(transactions.count)
            transactions.append(transaction)
            let key = BalanceKey(programID: transaction.programID, accountKey: transaction.accountKey)
            var balance =
                balances[key]
                ?? SandboxBalance(programID: key.programID, accountKey: key.accountKey, points: 0, transactions: 0)
            balance.points &+= transaction.points
            balance.transactions += 1
            balances[key] = balance
        case .queued(let delivery):
            deliveries[delivery.id] = delivery
            counts[delivery.state, default: 0] += 1
            nextDeliveryID = max(nextDeliveryID, delivery.id + 1)
        case .delivered(let id):
            move(id, to: .delivered)
            // The body is no longer needed; keeping it would let a long run grow without bound.
            deliveries[id]?.body = ""
        case .failed(let id, let outcome):
            move(id, to: .failed)
            deliveries[id]?.lastOutcome = outcome
        case .reset:
            self = SandboxBooks()
        }
    }

    private mutating func move(_ id: UInt64, to state: SandboxDelivery.State) {
        guard let old = deliveries[id]?.state else { return }
        counts[old, default: 0] -= 1
        counts[state, default: 0] += 1
        deliveries[id]?.state = state
    }

    /// How many deliveries are in a state.
    func count(of state: SandboxDelivery.State) -> Int { counts[state] ?? 0 }

    /// Notes an attempt; not journalled, because it only matters while the sandbox runs.
    mutating func noteAttempt(_ id: UInt64, outcome: String?, firstTimestamp: String?) {
        deliveries[id]?.attempts += 1
        deliveries[id]?.lastOutcome = outcome
        if deliveries[id]?.firstTimestamp == nil { deliveries[id]?.firstTimestamp = firstTimestamp }
    }

    /// Takes given-up deliveries back into the queue.
    mutating func reopenFailed() -> [UInt64] {
        let failed = deliveries.values.filter { $0.state == .failed }.map(\.id).sorted()
        for id in failed { move(id, to: .pending) }
        return failed
    }

    func transaction(id: String) -> SandboxTransaction? { byID[id].map { transactions[$0] } }

    /// The first transaction with a reference.
    func transaction(reference: String) -> SandboxTransaction? {
        byReference[reference]?.first.map { transactions[$0] }
    }

    func transactions(fromSeconds: Int64, toSeconds: Int64, programID: String?) -> [SandboxTransaction] {
        transactions.filter { transaction in
            let seconds = transaction.createdAtMilliseconds / 1000
            return seconds >= fromSeconds && seconds <= toSeconds
                && (programID == nil || transaction.programID == programID)
        }
    }

    /// Every balance, ordered by program and account.
    func allBalances() -> [SandboxBalance] {
        balances.values.sorted { ($0.programID, $0.accountKey) < ($1.programID, $1.accountKey) }
    }

    func pendingIDs() -> [UInt64] {
        deliveries.values.filter { $0.state == .pending }.map(\.id).sorted()
    }
}
