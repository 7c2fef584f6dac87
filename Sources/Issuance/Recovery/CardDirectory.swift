package import PostgreSQL
import Rewards

/// The cards, as the room of preferences knows them: for finding the one that a transaction was issued for.
///
/// Every lookup runs in the caller's transaction.
package struct CardDirectory: Sendable {
    /// The next ids after one, of the cards that a program is or was linked to, or of all.
    package typealias IDs =
        @Sendable (
            _ connection: PostgresConnection, _ linkedTo: String?, _ after: String?, _ limit: Int
        ) async throws -> [String]

    let ids: IDs
    let currency: @Sendable (PostgresConnection, String) async throws -> String?
    let destinations: DestinationLookup

    /// - Parameters:
    ///   - ids: The next ids, in the order of the database.
    ///   - currency: A card's currency, ISO 4217; nil when there is no such card.
    ///   - destinations: Where a card's points with a program go.
    package init(
        ids: @escaping IDs, currency: @escaping @Sendable (PostgresConnection, String) async throws -> String?,
        destinations: @escaping DestinationLookup
    ) {
        self.ids = ids
        self.currency = currency
        self.destinations = destinations
    }

    /// How many digests are made between two looks at whether the search should go on.
    private static let digestsPerPage = 200_000

    /// The position that each reference number was made for; those of no card here are left out.
    ///
    /// - Parameter onProgress: Called now and then; what it throws ends the search.
    /// **Errors** The database's; what `onProgress` throws.
    /// **Cost** Two digests for each reference number and card that the program is or was linked to, about half a
    /// microsecond each; for reference numbers that none of these fits, the same again for every card. Memory follows
    /// one page of cards.
    func positions(
        of references: [String], programID: String, in pool: PostgresPool,
        onProgress: () async throws -> Void = {}
    ) async throws -> [String: PositionKey] {
        var open = references.compactMap { reference in
            ReferenceNumber.Proof(reference).map { (reference: reference, proof: $0) }
        }
        var found: [String: PositionKey] = [:]
        for linkedTo in [programID, nil] {
            var after: String?
            while !open.isEmpty {
                let last = after
                let pageSize = max(100, Self.digestsPerPage / (open.count * RewardUnit.allCases.count))
                let page = try await pool.withConnection { try await ids($0, linkedTo, last, pageSize) }
                for cardID in page {
                    for unit in RewardUnit.allCases {
                        let key = PositionKey(cardID: cardID, programID: programID, unit: unit)
                        let pieces = ReferenceNumber.pieces(of: key)
                        open.removeAll { candidate in
                            guard candidate.proof.isOf(pieces) else { return false }
                            found[candidate.reference] = key
                            return true
                        }
                    }
                }
                after = page.last
                if page.count < pageSize { break }
                // The query above gives the thread to others in between.
                try await onProgress()
            }
        }
        return found
    }
}
