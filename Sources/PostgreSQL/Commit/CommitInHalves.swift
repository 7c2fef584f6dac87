/// Commits items together; when one of them is refused, in halves, until the refused one is alone.
///
/// **Guarantees** One answer for each item, in order. An item that the database refuses, or that makes `commit` throw
/// an error of its own, takes no other along. An outage is every item's answer at once.
///
/// - Parameters:
///   - key: What keeps its order: once an item is put off, those of its key that come after it are put off too.
///   - commit: Commits items in one transaction and answers each; what it throws had no effect.
/// **Cost** One commit if nothing is refused; about twice the binary logarithm of the items if one is.
package func commitInHalves<Item: Sendable, Output: Sendable>(
    _ items: [Item], key: (@Sendable (Item) -> String)? = nil,
    _ commit: @Sendable ([Item]) async throws -> [Result<Output, any Error>]
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
        let first = await commitInHalves(Array(items[..<middle]), key: key, commit)
        let putOff = Set(zip(items, first).compactMap { item, answer in answer.isPutOff ? key?(item) : nil })
        guard let key, !putOff.isEmpty else {
            return await first + commitInHalves(Array(items[middle...]), key: key, commit)
        }
        let isHeld = items[middle...].map { putOff.contains(key($0)) }
        let rest = zip(items[middle...], isHeld).filter { !$0.1 }.map(\.0)
        var answers = rest.isEmpty ? [] : await commitInHalves(rest, key: key, commit)[...]
        return first + isHeld.map { $0 ? .failure(GroupCommitPutOff()) : answers.removeFirst() }
    }
}

extension Result where Failure == any Error {
    /// Whether the item is to be tried again later.
    var isPutOff: Bool {
        if case .failure(let error) = self { error is GroupCommitPutOff } else { false }
    }
}

/// Whether one item may be to blame for an error.
private func isSuspect(_ error: any Error) -> Bool {
    if let error = error as? PostgresError { return error.meaning == .refusedRow }
    return !(error is CancellationError || error is GroupCommitError)
}
