/// Whether the word in force may be a retry of an older delivery: a pure question about the set of events (I-8).
///
/// A sender sends again only what it believes unanswered. So a webhook *may be a retry* when an earlier webhook of the
/// same content, at most the retry window before it, is not known to have been answered in time, and something else was
/// said between them. A platform's own call is never a retry, nor is an event that an operator confirmed. If the same
/// was said several times in a row, the question is open only while each of those events may be a retry.
struct RetryQuestion {
    let windowMicros: Int64

    /// The webhooks of the word in force when each of them may be a retry; empty otherwise.
    ///
    /// - Parameters:
    ///   - deciding: the stamps that say the word in force.
    ///   - all: every event of the pair, those too that an operator discarded: their senders do not know.
    func openEvents(_ deciding: ArraySlice<PairScan.Group>, among all: some Collection<ConnectionEvent>)
        -> [ConnectionEvent]
    {
        guard let first = deciding.first, let content = first.events.first?.content else { return [] }
        let unanswered = all.filter {
            $0.requestID == nil && !$0.isAnswered && $0.stampMicros < first.stampMicros && $0.content == content
        }
        let said = deciding.flatMap(\.events)
        guard !unanswered.isEmpty, said.allSatisfy({ mayBeRetry($0, of: unanswered) }) else { return [] }
        return said
    }

    private func mayBeRetry(_ event: ConnectionEvent, of unanswered: [ConnectionEvent]) -> Bool {
        guard event.requestID == nil, !event.isConfirmed else { return false }
        return unanswered.contains { earlier in
            let (age, overflow) = event.stampMicros.subtractingReportingOverflow(earlier.stampMicros)
            return !overflow && age <= windowMicros && earlier.isAboutSameCards(as: event)
        }
    }
}
