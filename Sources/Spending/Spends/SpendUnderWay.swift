import PostgreSQL
import Rewards

/// A spend whose recording has begun: it has its turn among the spends of its card, and its answer comes later.
///
/// **Concurrency** One task waits for the answer, once; any may cancel.
package struct SpendUnderWay: Sendable {
    enum Progress: Sendable {
        /// Refused before a batch could take it.
        case refused(SpendingError)
        case queued(PendingSpend, GroupCommitter<PendingSpend, SpendAnswer>.Ticket)
    }

    let progress: Progress
    let metrics: SpendingMetrics

    /// The answer, after the commit; waits for it.
    ///
    /// **Errors** `SpendingError`, with its reasons in the order of `SpendingError.Reason`; `CancellationError` when
    /// it was cancelled before its batch began, with nothing done.
    package func answer() async throws -> SpendAnswer {
        do {
            let answer = try await outcome()
            metrics.count(answer)
            return answer
        } catch let error as SpendingError {
            metrics.count(error)
            throw error
        }
    }

    /// Takes it back, unless a batch has it already: then its answer is the real outcome.
    package func cancel() {
        if case .queued(_, let ticket) = progress { ticket.cancel() }
    }

    private func outcome() async throws -> SpendAnswer {
        switch progress {
        case .refused(let error): throw error
        case .queued(let pending, let ticket):
            do { return try await ticket.answer() } catch {
                if error is CancellationError, !pending.attempts.isInDoubt { throw error }
                throw SpendingError(ofSubmission: error, isInDoubt: pending.attempts.isInDoubt)
            }
        }
    }
}

extension SpendingError {
    /// What an item's caller is answered when the committer, or the batch, failed it.
    init(ofSubmission error: any Error, isInDoubt: Bool) {
        switch error {
        case let error as SpendingError: self = error
        // After a lost commit no answer may say that nothing was done.
        case _ where isInDoubt: self = .commitUnknown
        case is GroupCommitPutOff: self = .cardBusy
        case is BatchTransaction.LostRace: self = .contention
        case let error as PostgresError: self.init(ofSpend: error)
        case let error as GroupCommitError: self.init(ofQueue: error)
        default: self = .internalFault
        }
    }

    private init(ofQueue error: GroupCommitError) {
        switch error {
        case .queueFull:
            self.init(
                .overloaded, "more spends wait than the service takes on; nothing was done: send it again shortly")
        case .shuttingDown:
            self.init(
                .shuttingDown, "the service is shutting down; nothing was done: send the spend to another instance")
        case .answersMissing:
            self.init(
                .internalFault,
                "a fault of the service: send the same spend again, which is safe and gives the outcome",
                outcome: .unknown)
        }
    }
}
