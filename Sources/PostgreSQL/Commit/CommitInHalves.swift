/// Commits items together; when one of them is refused, in halves, until the refused one is alone.
///
/// **Guarantees** One answer for each item, in order. An item that the database refuses, or that makes `commit` throw
/// an error of its own, takes no other along. An outage is every item's answer at once.
///
/// - Parameter commit: Commits items in one transaction and answers each; what it throws had no effect.
/// **Cost** One commit while nothing is refused; twice the binary logarithm of the items for one that is.
package func commitInHalves<Item: Sendable, Output: Sendable>(
    _ items: [Item], _ commit: @Sendable ([Item]) async throws -> [Result<Output, any Error>]
) async -> [Result<Output, any Error>] {
    do {
        let answers = try await commit(items)
        guard answers.count == items.count else {
            throw GroupCommitError.answersMissing(itemCount: items.count, answerCount: answers.count)
        }
        return answers
    } catch {
        guard items.count > 1, isSuspect(error) else { return items.map { _ in .failure(error) } }
        let middle = items.count / 2
        return await commitInHalves(Array(items[..<middle]), commit)
            + commitInHalves(Array(items[middle...]), commit)
    }
}

/// Whether one item may be to blame for an error.
private func isSuspect(_ error: any Error) -> Bool {
    if let error = error as? PostgresError { return error.meaning == .refusedRow }
    return !(error is CancellationError || error is GroupCommitError)
}
