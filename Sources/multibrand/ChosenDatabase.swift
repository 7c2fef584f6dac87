import PostgreSQL

/// The database that a command works on, and what chose it.
struct ChosenDatabase: Sendable {
    let url: String
    /// The variable, file or stack that names it, as words.
    let origin: String

    /// Runs a command's work on the database.
    ///
    /// **Errors** ``CommandFailure`` with `unavailable` when no connection can be made; the body's.
    func reaching<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as PostgresError where error.meaning == .unreachable {
            throw CommandFailure(.unavailable, unreachable(error.message))
        }
    }

    /// - Parameter detail: libpq's own words.
    func unreachable(_ detail: String) -> String {
        let place = PostgresConfiguration(connectionString: url).place
        return "the database cannot be reached: \(place), named by \(origin). "
            + "Is PostgreSQL running there, and are host, port, database, role and password right?\n  detail: \(detail)"
    }
}
