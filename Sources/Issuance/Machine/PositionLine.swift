import PostgreSQL

/// The line in which operators' calls wait for the rows of what a card has earned with a program.
enum PositionLine {
    /// The line of a card's positions with a program, and of their issuances.
    static func name(cardID: String, programID: String) -> String { "position:\(programID):\(cardID)" }

    /// The line of an issuance, whose position never changes; none when there is no such issuance.
    ///
    /// **Cost** One round trip.
    static func names(ofIssuance referenceNumber: String, in pool: PostgresPool) async throws -> [String] {
        // No issuance has such a name, and it cannot be sent.
        guard !referenceNumber.utf8.contains(0) else { return [] }
        let issuance = try await pool.reading { try await pool.first(IssuanceStore.read(referenceNumber)) }
        guard let issuance else { return [] }
        return [name(cardID: issuance.cardID, programID: issuance.programID)]
    }
}
