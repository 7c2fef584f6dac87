public import PostgreSQL

/// Finds the webhook delivery that speaks of a thing, for people who ask where a fact came from.
public struct FindDelivery: Sendable {
    /// How far the clocks of instances and the order of arrival may be apart.
    private static let slack = Duration.seconds(60)
    /// How many deliveries are looked into at most; beyond, none is found.
    private static let lookedIntoMax = 20_000

    private let pool: PostgresPool

    /// Makes the use case.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The first applied transaction delivery, without its body, that came between two times and holds one of the words;
    /// nil when there is none or too many came in between.
    ///
    /// - Parameter words: Our reference number, Cosmo's id: what a body holds as it is, without escapes.
    /// **Errors** `PostgresError`.
    /// **Cost** Some twenty look-ups by number to find where to begin, then the deliveries between the times.
    public func transaction(
        naming words: [String], from: PostgresTimestamp, until: PostgresTimestamp
    ) async throws -> InboxEntry? {
        let words = words.filter { !$0.isEmpty && !$0.utf8.contains(0) }
        guard !words.isEmpty else { return nil }
        return try await InboxStore.search(
            naming: words, from: from.advanced(by: .zero - Self.slack), until: until.advanced(by: Self.slack),
            limit: Self.lookedIntoMax, pool)
    }
}
