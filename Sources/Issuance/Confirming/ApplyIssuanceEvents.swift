import PostgreSQL
import Rewards

/// Applies events to issuances and moves their quantities, in the caller's transaction.
///
/// Every transition of every issuance goes through here: positions are locked first, then issuances, both in key order;
/// the pure machine decides; issuance and position are written together, so I-2 holds at every commit.
///
/// **Cost** Two round trips for any number of events.
struct ApplyIssuanceEvents: Sendable {
    /// An issuance and what happened to it.
    struct Input: Sendable, Hashable {
        let referenceNumber: String
        let event: IssuanceEvent
    }

    let policy: SettlementPolicy

    /// Applies events in their order; nil for a reference no issuance has.
    func apply(
        _ inputs: [Input], at now: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> [IssuanceTransition?] {
        guard !inputs.isEmpty else { return [] }
        let references = Array(Set(inputs.map(\.referenceNumber))).sorted()
        let transactionIDs = Array(Set(inputs.compactMap(\.event.transactionID))).sorted()
        let (_, issuances, owned) = try await connection.pipeline(
            PositionStore.lock(ofIssuances: references), IssuanceStore.lock(references),
            IssuanceStore.owners(ofTransactions: transactionIDs))
        let before = Dictionary(issuances.map { ($0.referenceNumber, $0) }, uniquingKeysWith: { $1 })
        var owners = Dictionary(owned, uniquingKeysWith: { $1 })

        var current = before
        var shifts: [PositionKey: PositionShift] = [:]
        var transitions: [IssuanceTransition?] = []
        for input in inputs {
            guard let issuance = current[input.referenceNumber] else {
                transitions.append(nil)
                continue
            }
            let event = input.event.markingTakenID(owners, of: input.referenceNumber)
            let transition = issuance.handling(event, at: now, policy: policy)
            shifts[issuance.positionKey, default: .init()].record(transition, from: issuance.status)
            current[input.referenceNumber] = transition.record
            if let id = transition.record.cosmoTransactionID { owners[id] = input.referenceNumber }
            transitions.append(transition)
        }

        let changed = references.compactMap { current[$0] }.filter { before[$0.referenceNumber] != $0 }
        guard !changed.isEmpty else { return transitions }
        let moved = shifts.filter { !$0.value.isNothing }
        var statements = [IssuanceStore.update(changed)]
        if !moved.isEmpty { statements.append(PositionStore.shift(moved, at: now)) }
        let unblocking = zip(inputs, transitions).filter { $1?.unblocksPosition == true }.map(\.0.referenceNumber)
        if !unblocking.isEmpty { statements += PositionStore.unblock(by: unblocking, at: now) }
        // Senders pass over some of what is to be sent again: the planner decides about it.
        let resent = changed.filter { $0.status == .planned }.map(\.referenceNumber)
        if !resent.isEmpty { statements.append(PositionStore.planPassedOver(resent, at: now)) }
        _ = try await connection.pipeline(statements)
        return transitions
    }
}

extension IssuanceEvent {
    /// The event's transaction id; nil when it has none.
    var transactionID: String? {
        switch self {
        case .answered(let facts), .found(let facts, _), .webhook(let facts): facts.transactionID
        case .resolvedIssued(let transactionID, _, _): transactionID
        case .refused, .notSent, .outcomeUnknown, .notAsPlanned, .leaseExpired, .absent, .readFailed, .positionOwes,
            .accountChanged, .lookalikeListed, .resolvedNotIssued:
            nil
        }
    }

    /// The event with its facts marked when their id belongs to another issuance.
    fileprivate func markingTakenID(_ owners: [String: String], of reference: String) -> IssuanceEvent {
        func marked(_ facts: TransactionFacts) -> TransactionFacts {
            var facts = facts
            facts.isTransactionIDTaken = owners[facts.transactionID].map { $0 != reference } ?? false
            return facts
        }
        switch self {
        case .answered(let facts): return .answered(marked(facts))
        case .found(let facts, let next): return .found(marked(facts), nextReadAt: next)
        case .webhook(let facts): return .webhook(marked(facts))
        default: return self
        }
    }
}
