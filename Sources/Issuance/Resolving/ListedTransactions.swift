import Cosmo
import PostgreSQL

/// A part of Cosmo's listing, matched with the issuances in the books.
struct ListedTransactions: Sendable {
    /// The most transactions matched in one database transaction.
    static let batchMax = 500

    /// How many of them are issuances in the books, with the same facts, and settled.
    var matchedCount = 0
    /// The ones that differ, or are not settled.
    var differing: [ReconciliationFinding] = []
    /// The ones that are none of our issuances.
    var strangers: [CosmoTransaction] = []

    /// Batches of transactions, each id once.
    static func batches(_ transactions: [CosmoTransaction]) -> [[CosmoTransaction]] {
        var seen: Set<String> = []
        let once = transactions.filter { seen.insert($0.id).inserted }
        return stride(from: 0, to: once.count, by: batchMax).map { Array(once[$0..<min($0 + batchMax, once.count)]) }
    }

    /// Matches a batch by our reference, or else by Cosmo's id, and applies news as a read would.
    static func match(
        _ transactions: [CosmoTransaction], configuration: IssuanceConfiguration, at now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> ListedTransactions {
        let references = transactions.compactMap(\.referenceNumber).filter(CosmoIssuanceRequest.isReferenceNumber)
        let issuances = try await connection.all(
            ReconciliationStore.issuances(
                references: references, transactionIDs: transactions.map(\.id).filter { !$0.utf8.contains(0) }))
        let byReference = Dictionary(issuances.map { ($0.referenceNumber, $0) }, uniquingKeysWith: { $1 })
        let byID = Dictionary(
            issuances.compactMap { issuance in issuance.cosmoTransactionID.map { ($0, issuance) } },
            uniquingKeysWith: { $1 })
        var listed = ListedTransactions()
        var comparisons: [ReconciliationComparison] = []
        for transaction in transactions {
            let owner = byID[transaction.id]
            let named = transaction.referenceNumber.flatMap { byReference[$0] }
            guard let issuance = named ?? owner else {
                listed.strangers.append(transaction)
                continue
            }
            let isTaken = owner.map { $0.referenceNumber != issuance.referenceNumber } ?? false
            comparisons.append(ReconciliationComparison(transaction, issuance, isTransactionIDTaken: isTaken))
        }
        let nextReadAt = now.advanced(by: configuration.readDelayMax)
        let settled = try await ApplyIssuanceEvents(policy: configuration.settlement).apply(
            comparisons.filter(\.isNews).map {
                .init(referenceNumber: $0.issuance.referenceNumber, event: .found($0.facts, nextReadAt: nextReadAt))
            }, at: now, on: connection)
        var after: [String: IssuanceRecord] = [:]
        for case let transition? in settled { after[transition.record.referenceNumber] = transition.record }
        listed.differing = comparisons.compactMap { $0.finding(after[$0.issuance.referenceNumber] ?? $0.issuance) }
        listed.matchedCount = comparisons.count - listed.differing.count
        return listed
    }
}
