package import PostgreSQL

/// Finds the webhook deliveries that speak of things, for people who ask where a fact came from.
package enum FindDelivery {
    /// A thing, and when a delivery about it came.
    package struct Question: Sendable, Hashable {
        let words: [String]
        let from: PostgresTimestamp
        let until: PostgresTimestamp

        /// Makes a question.
        ///
        /// - Parameter words: Our reference number, Cosmo's id: what a body holds as it is, without escapes. Empty ones
        ///   do not count.
        package init(naming words: [String], from: PostgresTimestamp, until: PostgresTimestamp) {
            self.words = words.filter { !$0.isEmpty && !$0.utf8.contains(0) }
            self.from = from
            self.until = until
        }
    }

    /// How far the clocks of instances and the order of arrival may be apart.
    private static let slack = Duration.seconds(60)
    /// How many deliveries are looked into at most for one question; beyond, none is found.
    private static let lookedIntoMax = 20_000

    /// For each question the first applied transaction delivery, without its body, that came between the two times and
    /// holds one of the words; nil when there is none or too many came in between.
    ///
    /// **Errors** `PostgresError`.
    /// **Cost** One round trip; for each question some twenty look-ups by number to find where to begin, then the
    /// deliveries between the times.
    package static func transactions(
        _ questions: [Question], on connection: PostgresConnection
    ) async throws -> [InboxEntry?] {
        guard questions.contains(where: { !$0.words.isEmpty }) else { return questions.map { _ in nil } }
        let search = InboxStore.search(
            questions.map { question in
                InboxStore.Search(
                    words: question.words, from: question.from.advanced(by: .zero - slack),
                    until: question.until.advanced(by: slack))
            }, limit: lookedIntoMax)
        var found: [InboxEntry?] = questions.map { _ in nil }
        for (place, entry) in try await connection.all(search) { found[place] = entry }
        return found
    }
}
