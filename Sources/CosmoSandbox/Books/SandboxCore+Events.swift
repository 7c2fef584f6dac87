import Synchronization

extension SandboxCore {
    /// Queues the webhook of a connection event and returns its deliveries; several events reach the journal together.
    func queue(events: [SandboxConnectionEvent]) async throws(SandboxRefusal) -> [UInt64] {
        try await queue { rules in
            guard rules.switches.sendsConnectionWebhooks else { return [] }
            return events.map { (.programConnection, $0.body(rules.switches)) }
        }
    }

    /// Queues a webhook with exactly this body, for tests of payloads Cosmo might send.
    func queue(kind: SandboxWebhookKind, body: String) async throws(SandboxRefusal) -> [UInt64] {
        try await queue { _ in [(kind, body)] }
    }

    private func queue(
        _ bodies: (Rules) -> [(SandboxWebhookKind, String)]
    ) async throws(SandboxRefusal) -> [UInt64] {
        let ids = try await commit { state throws(SandboxRefusal) in
            var entries: [JournalEntry] = []
            var ids: [UInt64] = []
            for (kind, body) in bodies(state.rules) {
                for _ in 0..<max(1, state.rules.switches.webhookCopies) {
                    let id = state.books.nextDeliveryID + UInt64(ids.count)
                    ids.append(id)
                    entries.append(.queued(Self.delivery(id, kind, body)))
                }
            }
            return (ids, entries)
        }
        queue.add(ids)
        return ids
    }

    /// Names the receiver of one kind of webhook and makes what is pending due now.
    func setEndpoint(_ kind: SandboxWebhookKind, _ endpoint: SandboxWebhookEndpoint?) {
        let pending = state.withLock { state in
            state.endpoints[kind] = endpoint
            return state.books.pendingIDs()
        }
        if let endpoint { receiverTokens.forget(endpoint.url) }
        queue.expedite(pending)
    }

    /// Makes every pending delivery due now and takes the given-up ones back; returns how many are due.
    func deliverNow() -> Int {
        let due = state.withLock { state in
            _ = state.books.reopenFailed()
            return state.books.pendingIDs()
        }
        queue.expedite(due)
        return due.count
    }

    /// Forgets every transaction and delivery, for good.
    func reset() async throws(SandboxRefusal) {
        try await commit { state throws(SandboxRefusal) in
            state.faults = FaultSchedule()
            return ((), [.reset])
        }
        queue.removeAll()
    }
}
