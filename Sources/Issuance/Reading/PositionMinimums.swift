import Cosmo
package import PostgreSQL
import Rewards

/// Finds the positions whose pending amount waits because it is below the least that the program issues at once.
package struct PositionMinimums: Sendable {
    private let pool: PostgresPool
    private let configuration: IssuanceConfiguration
    private let destinations: DestinationLookup
    private let terms: ProgramTermsLookup

    /// Makes the use case.
    package init(
        pool: PostgresPool, configuration: IssuanceConfiguration, destinations: @escaping DestinationLookup,
        terms: @escaping ProgramTermsLookup
    ) {
        self.pool = pool
        self.configuration = configuration
        self.destinations = destinations
        self.terms = terms
    }

    /// The minimums that positions wait for.
    ///
    /// - Returns: One for each position, in millionths of its unit: the least that one issuance may have. Nil when the
    ///   pending amount is not below it, or something else prevents issuing.
    /// **Errors** `PostgresError`.
    /// **Cost** Nothing when no position has an amount that only the minimum can hold back; else two reads for all.
    package func callAsFunction(_ positions: [PositionView]) async throws -> [Int64?] {
        let waiting = positions.filter(\.mayWaitForMinimum)
        guard !waiting.isEmpty else { return positions.map { _ in nil } }
        let keys = Array(Set(waiting.map { DestinationKey(cardID: $0.key.cardID, programID: $0.key.programID) }))
        let programIDs = Set(keys.map(\.programID)).sorted()
        let (programs, found) = try await pool.withConnection { connection in
            (try await terms(connection, programIDs), try await destinations(connection, keys))
        }
        let places = Dictionary(uniqueKeysWithValues: zip(keys, found))
        return positions.map { position in
            let key = DestinationKey(cardID: position.key.cardID, programID: position.key.programID)
            guard position.mayWaitForMinimum, let terms = programs[key.programID],
                let minimumMicro = SentUnit(
                    of: position.key.unit, terms: terms, cardCurrencyCode: places[key]??.cardCurrencyCode ?? "",
                    valueUnit: configuration.valueUnit)?.minimumMicro,
                position.position.pendingMicro < minimumMicro
            else { return nil }
            return minimumMicro
        }
    }
}

extension PositionView {
    /// Whether something is pending and nothing that is stored with the position prevents issuing it.
    fileprivate var mayWaitForMinimum: Bool {
        position.pendingMicro > 0 && position.debtMicro == 0 && blockedReason == nil
    }
}
