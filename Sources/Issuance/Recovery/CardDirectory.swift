public import PostgreSQL

/// The cards, as the room of preferences knows them: for finding the one that a transaction was issued for.
///
/// Every lookup runs in the caller's transaction.
public struct CardDirectory: Sendable {
    /// The next ids after one, of the cards that a program is or was linked to, or of all.
    public typealias IDs =
        @Sendable (
            _ connection: PostgresConnection, _ linkedTo: String?, _ after: String?, _ limit: Int
        ) async throws -> [String]

    let ids: IDs
    let currency: @Sendable (PostgresConnection, String) async throws -> String?
    let destinations: DestinationLookup

    /// - Parameters:
    ///   - currency: A card's currency, ISO 4217; nil when there is no such card.
    ///   - destinations: Where a card's points with a program go.
    public init(
        ids: @escaping IDs, currency: @escaping @Sendable (PostgresConnection, String) async throws -> String?,
        destinations: @escaping DestinationLookup
    ) {
        self.ids = ids
        self.currency = currency
        self.destinations = destinations
    }

    private static let pageSize = 10_000

    /// The position that each reference number was made for; those of no card here are left out.
    ///
    /// **Cost** A digest for each reference number and card of the program, about half a microsecond each; then the same for
    /// all cards, for those whose link is lost. Memory follows one page of cards.
    func positions(
        of references: [String], programID: String, in pool: PostgresPool
    ) async throws -> [String: PositionKey] {
        var open = references.compactMap { reference in
            ReferenceNumber.Proof(reference).map { (reference: reference, proof: $0) }
        }
        var found: [String: PositionKey] = [:]
        for linkedTo in [programID, nil] {
            var after: String?
            while !open.isEmpty {
                let last = after
                let page = try await pool.withConnection { try await ids($0, linkedTo, last, Self.pageSize) }
                for cardID in page {
                    for unit in PositionUnit.allCases {
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
                // A long search must not keep the executor's thread from others.
                await Task.yield()
                if page.count < Self.pageSize { break }
            }
        }
        return found
    }
}
