import Cosmo
import Foundation
import PostgreSQL
import Rewards
import Testing

@testable import Issuance

/// The state machine of an issuance, without a database.
@Suite struct IssuanceMachineTests {
    static let start = PostgresTimestamp(microsecondsSinceEpoch: 1_760_000_000_000_000)
    static let later = start.advanced(by: .seconds(3_600))
    static let policy = SettlementPolicy()

    static func issue(_ status: IssuanceStatus) -> IssuanceRecord {
        var issuance = IssuanceRecord(
            cardID: "card", referenceNumber: "mb-1", number: 1, programID: "prg_sky", unit: .points,
            quantityMicro: 5_000_000, sentValue: 5, sentCurrency: "POINTS", account: CosmoAccount(userID: "M-1"),
            createdAt: start, status: status, attempts: 1, reads: 0, absentReads: 0)
        switch status {
        case .planned: issuance.dueAt = start
        case .sending:
            issuance.leaseID = "lease"
            issuance.dueAt = start.advanced(by: .seconds(90))
        case .accepted:
            issuance.cosmoTransactionID = "tx_1"
            issuance.dueAt = start
        case .unknown: issuance.dueAt = start
        case .confirmed:
            issuance.cosmoTransactionID = "tx_1"
            issuance.settledBy = .webhook
            issuance.settledAt = start
        case .mismatched: issuance.reason = "VALUE_DIFFERS"
        case .parked:
            issuance.settledBy = .refusal
            issuance.settledAt = start
        case .withdrawn:
            issuance.settledBy = .debt
            issuance.settledAt = start
        }
        if status != .planned, status != .withdrawn {
            issuance.firstSentAt = start
            issuance.lastSentAt = start
        }
        return issuance
    }

    static var facts: TransactionFacts {
        TransactionFacts(
            transactionID: "tx_1", referenceNumber: "mb-1", programID: "prg_sky", value: 5, currency: "POINTS",
            account: CosmoAccount(userID: "M-1"), totalPoints: "5")
    }

    /// Every kind of event, in a form that agrees with the issuance.
    static let events: [(name: String, event: IssuanceEvent)] = [
        ("answered", .answered(facts)),
        ("refused", .refused(reason: "COSMO_INVALID_REQUEST", lease: "lease")),
        ("notSent", .notSent(reason: "COSMO_CONNECTION_FAILED", retryAt: later, lease: "lease")),
        ("outcomeUnknown", .outcomeUnknown(reason: "COSMO_TIMED_OUT", readAt: later, lease: "lease")),
        ("notAsPlanned", .notAsPlanned(lease: "lease")),
        ("leaseExpired", .leaseExpired(readAt: later)),
        ("found", .found(facts, nextReadAt: later)),
        ("absent", .absent(nextReadAt: later, mayResend: true)),
        ("readFailed", .readFailed(nextReadAt: later)),
        ("webhook", .webhook(facts)),
        ("positionOwes", .positionOwes), ("accountChanged", .accountChanged),
        ("lookalikeListed", .lookalikeListed),
        ("resolvedIssued", .resolvedIssued(transactionID: "tx_1", evidence: "seen", by: "ops")),
        ("resolvedNotIssued", .resolvedNotIssued(evidence: "seen", by: "ops")),
    ]

    /// Where each event leads from each status; what is not named stays where it is.
    static let exits: [IssuanceStatus: [String: IssuanceStatus]] = [
        .planned: [
            "answered": .accepted, "found": .confirmed, "webhook": .confirmed, "positionOwes": .withdrawn,
            "accountChanged": .withdrawn,
        ],
        .sending: [
            "answered": .accepted, "refused": .parked, "notSent": .planned, "outcomeUnknown": .unknown,
            "notAsPlanned": .parked, "leaseExpired": .unknown, "found": .confirmed, "webhook": .confirmed,
        ],
        .accepted: ["found": .confirmed, "webhook": .confirmed],
        .unknown: [
            "answered": .accepted, "found": .confirmed, "webhook": .confirmed, "resolvedIssued": .confirmed,
            "resolvedNotIssued": .parked,
        ],
        .confirmed: [:],
        .mismatched: ["resolvedIssued": .confirmed, "resolvedNotIssued": .parked],
        .parked: ["answered": .mismatched, "found": .mismatched, "webhook": .mismatched],
        .withdrawn: ["answered": .mismatched, "found": .mismatched, "webhook": .mismatched],
    ]

    @Test("Each event leads from each status exactly where the picture says", arguments: IssuanceStatus.allCases)
    func exits(status: IssuanceStatus) {
        for (name, event) in Self.events {
            let next = Self.issue(status).handling(event, at: Self.later, policy: Self.policy).record
            #expect(next.status == Self.exits[status]?[name] ?? status, "\(status) on \(name)")
        }
    }

    @Test("An outcome counts only under the lease it belongs to")
    func foreignLease() {
        var issuance = Self.issue(.sending)
        issuance.leaseID = "another"
        for name in ["refused", "notSent", "outcomeUnknown", "notAsPlanned"] {
            let event = Self.events.first { $0.name == name }!.event
            let transition = issuance.handling(event, at: Self.later, policy: Self.policy)
            #expect(transition.record == issuance && transition.verdict == .dropped)
        }
    }

    @Test("A lease that has not ended does not expire")
    func earlyExpiry() {
        let issuance = Self.issue(.sending)
        let soon = Self.start.advanced(by: .seconds(89))
        #expect(issuance.handling(.leaseExpired(readAt: soon), at: soon, policy: Self.policy).verdict == .dropped)
    }

    @Test("A differing fact makes an open issuance mismatched and leaves a confirmed one confirmed, flagged")
    func differences() {
        let wrong: [(FactDifference, TransactionFacts)] = [
            (.value, with { $0.value = 6 }), (.account, with { $0.account = CosmoAccount(userID: "M-2") }),
            (.program, with { $0.programID = "prg_fuel" }), (.currency, with { $0.currency = "USD" }),
            (.referenceNumber, with { $0.referenceNumber = "mb-2" }), (.value, with { $0.valueIsFractional = true }),
            (.transactionIDTaken, with { $0.isTransactionIDTaken = true }),
        ]
        for (difference, facts) in wrong {
            for status in [IssuanceStatus.planned, .sending, .accepted, .unknown] {
                for event in [IssuanceEvent.webhook(facts), .found(facts, nextReadAt: Self.later)] {
                    let next = Self.issue(status).handling(event, at: Self.later, policy: Self.policy)
                    #expect(next.record.status == .mismatched && next.verdict == .mismatched([difference]))
                    #expect(next.record.reason == difference.rawValue)
                }
            }
            let confirmed = Self.issue(.confirmed).handling(.webhook(facts), at: Self.later, policy: Self.policy)
            #expect(confirmed.record.status == .confirmed && confirmed.record.reason == difference.rawValue)
            #expect(confirmed.verdict == .mismatched([difference]))
        }
        let second = Self.issue(.accepted).handling(
            .answered(with { $0.transactionID = "tx_2" }), at: Self.later, policy: Self.policy)
        #expect(second.record.status == .mismatched && second.record.cosmoTransactionID == "tx_1")
    }

    @Test("Only enough absences, late enough, send an issuance again, and never past the limit of sends")
    func absences() {
        let early = Self.start.advanced(by: .seconds(59))
        let absent = IssuanceEvent.absent(nextReadAt: Self.later, mayResend: true)
        var issuance = Self.issue(.unknown)
        for _ in 0..<5 { issuance = issuance.handling(absent, at: early, policy: Self.policy).record }
        #expect(issuance.status == .unknown && issuance.absentReads == 0 && issuance.reads == 5)
        issuance = issuance.handling(absent, at: Self.later, policy: Self.policy).record
        #expect(issuance.status == .unknown && issuance.absentReads == 1)
        let again = issuance.handling(absent, at: Self.later, policy: Self.policy).record
        #expect(again.status == .planned && again.reason == IssuanceReason.resentAfterAbsence)

        let forOperator = issuance.handling(
            .absent(nextReadAt: Self.later, mayResend: false), at: Self.later, policy: Self.policy
        ).record
        #expect(forOperator.status == .unknown && forOperator.dueAt == nil)
        issuance.attempts = Self.policy.sendsMax
        #expect(issuance.handling(absent, at: Self.later, policy: Self.policy).record.status == .unknown)

        var expired = Self.issue(.unknown)
        expired.reason = IssuanceReason.leaseExpired
        let afterSettling = Self.start.advanced(by: .seconds(149))
        #expect(expired.handling(absent, at: afterSettling, policy: Self.policy).record.absentReads == 0)
        #expect(expired.handling(absent, at: Self.later, policy: Self.policy).record.absentReads == 1)
    }

    @Test("A call whose end was seen began to settle at that end, not when it was claimed")
    func settlesFromTheEnd() {
        let end = Self.start.advanced(by: .seconds(70))
        var issuance = Self.issue(.sending)
        issuance =
            issuance.handling(
                .outcomeUnknown(reason: "COSMO_TIMED_OUT", readAt: end, lease: "lease"), at: end, policy: Self.policy
            ).record
        #expect(issuance.status == .unknown && issuance.lastSentAt == end && issuance.firstSentAt == Self.start)
        let absent = IssuanceEvent.absent(nextReadAt: Self.later, mayResend: true)
        let tooEarly = Self.start.advanced(by: .seconds(129))
        #expect(issuance.handling(absent, at: tooEarly, policy: Self.policy).record.absentReads == 0)
        let late = Self.start.advanced(by: .seconds(130))
        #expect(issuance.handling(absent, at: late, policy: Self.policy).record.absentReads == 1)
    }

    @Test("A refusal after an unknown outcome parks only once reads found nothing")
    func refusedOnResend() {
        var issuance = Self.issue(.sending)
        issuance.reads = 2
        issuance.attempts = 2
        issuance = issuance.handling(Self.events[1].event, at: Self.later, policy: Self.policy).record
        #expect(issuance.status == .unknown)
        let absent = IssuanceEvent.absent(nextReadAt: Self.later, mayResend: true)
        // It settles from the refusal on, whatever an earlier send left.
        #expect(issuance.handling(absent, at: Self.later, policy: Self.policy).record.absentReads == 0)
        let settled = Self.later.advanced(by: Self.policy.settleDelay)
        issuance = issuance.handling(absent, at: settled, policy: Self.policy).record
        let end = issuance.handling(absent, at: settled, policy: Self.policy)
        #expect(end.record.status == .parked && end.blocksPosition == IssuanceReason.refusedOnResend)
        // A look that misses what is known to exist proves nothing, so nothing becomes pending.
        let unproven = issuance.handling(
            .absent(nextReadAt: Self.later, mayResend: false), at: settled, policy: Self.policy
        ).record
        #expect(unproven.status == .unknown && unproven.reason == IssuanceReason.absentAwaitsOperator)
    }

    @Test(
        "An issuance that waits to be sent and that Cosmo has was sent: the row says so, by whatever way it is reported"
    )
    func sentAfterAll() {
        var issuance = Self.issue(.planned)
        issuance.attempts = 0
        issuance.firstSentAt = nil
        issuance.lastSentAt = nil
        var pending = Self.facts
        pending.state = .pending
        var bare = Self.facts
        bare.value = nil
        for (event, status) in [
            (IssuanceEvent.answered(Self.facts), IssuanceStatus.accepted), (.webhook(Self.facts), .confirmed),
            (.found(Self.facts, nextReadAt: Self.later), .confirmed),
            (.found(pending, nextReadAt: Self.later), .unknown), (.found(bare, nextReadAt: Self.later), .unknown),
        ] {
            let record = issuance.handling(event, at: Self.later, policy: Self.policy).record
            #expect(record.status == status && record.attempts == 1, "\(event)")
            #expect(record.firstSentAt == Self.later && record.lastSentAt == Self.later, "\(event)")
        }
    }

    @Test("An accepted issuance that Cosmo no longer knows is shown to a person, and a late webhook still confirms it")
    func acceptedButAbsent() {
        var issuance = Self.issue(.accepted)
        for _ in 0..<Self.policy.acceptedReadsMax {
            issuance =
                issuance.handling(
                    .absent(nextReadAt: Self.start, mayResend: true), at: Self.later, policy: Self.policy
                ).record
        }
        #expect(issuance.status == .mismatched && issuance.reason == IssuanceReason.acceptedButAbsent)
        let confirmed = issuance.handling(.webhook(Self.facts), at: Self.later, policy: Self.policy).record
        #expect(confirmed.status == .confirmed && confirmed.reason == nil)
    }

    @Test(
        "A read that says failed, or a word nobody knows, is not believed either way", arguments: ["FAILED", "QUEER"])
    func readStates(status: String) {
        var transaction = CosmoTransaction(id: "tx_1", referenceNumber: "mb-1", value: 5)
        transaction.status = status
        let next = Self.issue(.unknown).handling(
            .found(TransactionFacts(transaction), nextReadAt: Self.later), at: Self.later, policy: Self.policy)
        #expect(next.record.status == .mismatched && next.record.reason?.hasPrefix("COSMO_STATUS_") == true)
        transaction.status = "PENDING"
        let pending = Self.issue(.unknown).handling(
            .found(TransactionFacts(transaction), nextReadAt: Self.later), at: Self.later, policy: Self.policy)
        #expect(pending.record.status == .unknown && pending.record.dueAt == Self.later)
    }

    @Test("A planned issuance that was unknown once is not given back when its position owes: a person decides (I-6)")
    func owedAfterUnknown() {
        var issuance = Self.issue(.planned)
        issuance.reads = 2
        let next = issuance.handling(.positionOwes, at: Self.later, policy: Self.policy).record
        #expect(next.status == .unknown && next.dueAt == nil)
        #expect(next.reason == IssuanceReason.absentAwaitsOperator)
        let fresh = Self.issue(.planned).handling(.positionOwes, at: Self.later, policy: Self.policy)
        #expect(fresh.record.reason == IssuanceReason.positionOwes && fresh.record.settledBy == .debt)
        #expect(fresh.plansPosition, "what exceeds the debt is planned again")
    }

    @Test("A planned issuance that was unknown once keeps its account when the card's changes (I-6)")
    func outdatedAfterUnknown() {
        var issuance = Self.issue(.planned)
        issuance.reads = 2
        let kept = issuance.handling(.accountChanged, at: Self.later, policy: Self.policy)
        #expect(kept.record == issuance && kept.verdict == .dropped && !kept.plansPosition)
        let fresh = Self.issue(.planned).handling(.accountChanged, at: Self.later, policy: Self.policy)
        #expect(fresh.record.reason == IssuanceReason.accountChanged && fresh.record.settledBy == .account)
        #expect(fresh.plansPosition, "its quantity is planned for the new account")
    }

    @Test("News of a withdrawn issuance contradicts it visibly and holds its quantity")
    func newsOfWithdrawn() {
        let next = Self.issue(.withdrawn).handling(.webhook(Self.facts), at: Self.later, policy: Self.policy)
        #expect(next.record.status == .mismatched && next.record.reason == IssuanceReason.issuedAfterWithdrawn)
        #expect(next.record.status.bucket == .inFlight)
    }

    @Test("A lookalike in the listing stops the reads and leaves the issuance to a person")
    func lookalike() {
        let next = Self.issue(.unknown).handling(.lookalikeListed, at: Self.later, policy: Self.policy).record
        #expect(next.status == .unknown && next.dueAt == nil)
        #expect(next.reason == IssuanceReason.lookalikeAwaitsOperator)
    }

    @Test("Random events keep every rule of a status", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func randomEvents(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            var issuance = Self.issue(.planned)
            var now = Self.start
            var shift = PositionShift()
            shift.inFlightMicro = issuance.quantityMicro
            var history: [String] = []
            for _ in 0..<30 {
                now = now.advanced(by: .seconds(Int64.random(in: 0...120, using: &random)))
                if issuance.status == .planned, Bool.random(using: &random) {
                    issuance.status = .sending
                    issuance.leaseID = "lease"
                    issuance.attempts += 1
                    issuance.lastSentAt = now
                    issuance.dueAt = now.advanced(by: .seconds(90))
                }
                let chosen = Self.events.randomElement(using: &random)!
                let transition = issuance.handling(chosen.event, at: now, policy: Self.policy)
                let next = transition.record
                history.append("\(issuance.status) \(chosen.name) -> \(next.status)")
                let where_ = "seed \(seed): \(history.suffix(6).joined(separator: "; "))"
                if issuance.status == .confirmed { #expect(next.status == .confirmed, "\(where_)") }
                if next.status == .planned, issuance.status == .unknown {
                    #expect(issuance.absentReads + 1 >= Self.policy.absentReadsRequired, "\(where_)")
                }
                let isOpen = [.planned, .sending, .accepted, .unknown].contains(next.status)
                #expect(next.dueAt == nil || isOpen, "\(where_)")
                #expect((next.leaseID != nil) == (next.status == .sending), "\(where_)")
                let isSettled = [.confirmed, .parked, .withdrawn].contains(next.status)
                #expect((next.settledBy != nil) == isSettled, "\(where_)")
                #expect(next.resolvedAt == nil || [.confirmed, .parked].contains(next.status), "\(where_)")
                if next.status == .withdrawn { #expect(next.reads == 0 || issuance.status == .withdrawn, "\(where_)") }
                if transition.verdict == .dropped { #expect(next.status == issuance.status, "\(where_)") }
                shift.record(transition, from: issuance.status)
                let held: [PositionBucket: Int64] = [
                    .inFlight: shift.inFlightMicro, .unknown: shift.unknownMicro, .issued: shift.issuedMicro,
                ]
                for (bucket, micro) in held {
                    #expect(micro == (next.status.bucket == bucket ? next.quantityMicro : 0), "\(where_)")
                }
                issuance = next
            }
        }
    }

    private func with(_ change: (inout TransactionFacts) -> Void) -> TransactionFacts {
        var facts = Self.facts
        change(&facts)
        return facts
    }
}
