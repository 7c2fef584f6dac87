/// Why a group committer did not take an item, or could not answer for it.
package enum GroupCommitError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The queue held as many items as it may; nothing was done with this one.
    case queueFull(itemsQueuedMax: Int)
    /// The committer no longer takes items; nothing was done with this one.
    case shuttingDown
    /// The commit function gave another number of answers than it got items: what happened to the item is not known.
    case answersMissing(itemCount: Int, answerCount: Int)

    /// What happened, in words.
    package var description: String {
        switch self {
        case .queueFull(let itemsQueuedMax):
            "\(itemsQueuedMax) items wait to be committed already; try again shortly"
        case .shuttingDown:
            "the service is shutting down; try again elsewhere"
        case .answersMissing(let itemCount, let answerCount):
            "a batch of \(itemCount) items got \(answerCount) answers"
        }
    }
}
