import CosmoSandbox
import Inbox
import Issuance
import PostgreSQL
import Preferences

/// Planning, sending, reading and what Cosmo says by itself.
extension History {
    struct Issuance {
        let reference: String
        let card: Int
        let program: String
        let status: String
        let quantity: Int64
        let value: Int64
        let account: String
        let reason: String
        let dueMicros: Int64?
        let reads: Int

        /// Whether its quantity still belongs to the position's pending or debt.
        var isReturned: Bool { status == "parked" || status == "withdrawn" }
    }

    func issuances() async throws -> [Issuance] {
        let rows = try await service.pool.query(
            """
            select reference_number, card_id, program_id, status, quantity_micro, sent_value,
                   coalesce(account ->> 'destinationUserId', '') as account, coalesce(reason, '') as reason,
                   (extract(epoch from due_at) * 1000000)::int8 as due_micros, reads from issuances order by
                       issuance_number
            """)
        return try rows.map { row in
            let cardID = try row.get("card_id", as: String.self)
            return Issuance(
                reference: try row.get("reference_number"), card: world.cards.firstIndex { $0.id == cardID } ?? 0,
                program: try row.get("program_id"), status: try row.get("status"),
                quantity: try row.get("quantity_micro"), value: try row.get("sent_value"),
                account: try row.get("account"), reason: try row.get("reason"), dueMicros: try row.get("due_micros"),
                reads: try row.get("reads"))
        }
    }

    func plan() async throws {
        note("plan")
        let earlier = try await issuances()
        let before = Set(earlier.map(\.reference))
        while try await service.planner.planDue().positionCount > 0 {}
        let after = try await issuances()
        let new = after.filter { !before.contains($0.reference) }
        for issuance in new {
            let limits = Catalogue.limits(issuance.program)
            guard issuance.quantity == issuance.value * limits.unitMicro, issuance.value >= limits.minimum,
                issuance.value <= limits.maximum ?? .max
            else {
                throw fault("\(issuance.reference) has the value \(issuance.value), outside the program's limits")
            }
            let preferences = world.cards[issuance.card].preferences
            guard preferences.links[issuance.program]?.account == issuance.account else {
                throw fault("\(issuance.reference) goes to \(issuance.account), which is not the card's account")
            }
        }
        try await checkNothingLeftLying(after)
        tally.count("issuances planned", by: new.count)
        let withdrawn =
            after.filter { $0.status == "withdrawn" }.count - earlier.filter { $0.status == "withdrawn" }.count
        tally.count("issuances withdrawn", by: withdrawn)
        let moved = after.count { $0.reason == "ACCOUNT_CHANGED" } - earlier.count { $0.reason == "ACCOUNT_CHANGED" }
        tally.count("issuances withdrawn for another account", by: moved)
        if let wrong = after.first(where: isOutdated) {
            throw fault("\(wrong.reference) is planned for \(wrong.account), which is no longer the card's account")
        }
    }

    /// Whether an issuance that was never sent, or certainly to no effect, is for an account that the card has no
    /// longer. While the pair waits for a decision, it is open which account is the card's.
    private func isOutdated(_ issuance: Issuance) -> Bool {
        issuance.status == "planned" && issuance.reads == 0 && !waits(issuance.card, issuance.program)
            && world.cards[issuance.card].preferences.links[issuance.program]?.account ?? "" != issuance.account
    }

    /// After planning, a position has less pending than one issuance needs, or a reason; one that owes has no issuance
    /// waiting.
    private func checkNothingLeftLying(_ issuances: [Issuance]) async throws {
        let rows = try await service.pool.query(
            """
            select p.card_id, p.program_id from positions p
              join links l using (card_id, program_id) join programs g using (program_id)
             where l.validity = 'valid' and not g.issuing_paused and p.blocked_reason is null
            """)
        let ready = try Set(
            rows.map { try "\($0.get("card_id", as: String.self)) \($0.get("program_id", as: String.self))" })
        for (key, position) in world.positions {
            let live = issuances.filter { $0.card == key.card && $0.program == key.program && !$0.isReturned }
            let pending = position.balance - live.reduce(0) { $0 + $1.quantity }
            let name = "\(world.cards[key.card].id) \(key.program)"
            let limits = Catalogue.limits(key.program)
            if pending < 0, let waiting = live.first(where: { $0.status == "planned" && $0.reason.isEmpty }) {
                throw fault("I-7: \(name) owes \(-pending) and \(waiting.reference) still waits to be sent")
            }
            if ready.contains(name), pending >= limits.minimum * limits.unitMicro {
                throw fault("\(name) has \(pending) pending and nothing prevents issuing it")
            }
        }
    }

    func send() async throws {
        note("send")
        let before = service.cosmo.transactions.count
        let outdated = Set(try await issuances().filter(isOutdated).map(\.reference))
        try await service.send()
        tally.count("transactions at Cosmo", by: service.cosmo.transactions.count - before)
        if let wrong = try await issuances().first(where: { outdated.contains($0.reference) && $0.status != "planned" }
        ) {
            throw fault("\(wrong.reference) was sent to \(wrong.account), which is no longer the card's account")
        }
        tally.count("issuances passed over for another account", by: outdated.count)
        try await checkNothingSentForHeld(since: before)
        try await checkAgainstBooks()
    }

    /// What cannot be taken back waits while it is open whose word is in force.
    private func checkNothingSentForHeld(since count: Int) async throws {
        let sent = Set(service.cosmo.transactions[count...].map(\.referenceNumber))
        let waiting = try await issuances().filter { waits($0.card, $0.program) }
        if let wrong = waiting.first(where: { sent.contains($0.reference) }) {
            throw fault("\(wrong.reference) was sent for \(wrong.program), whose link is held")
        }
        tally.count("issuances that waited for a decision", by: waiting.count { $0.status == "planned" })
    }

    func resolve() async throws {
        note("resolve")
        while case let count = try await service.resolver.resolveDue(), count > 0 {
            tally.count("issuances read", by: count)
            await pass(seconds: 1)
        }
        try await checkAgainstBooks()
    }

    func deliverWebhook() async throws {
        let webhooks = service.cosmo.webhooks
        let fresh = webhooks.indices.filter { deliveredWebhooks[$0] == nil }
        let isAgain = fresh.isEmpty || random.chance(25)
        guard let place = (isAgain ? Array(webhooks.indices) : fresh).randomElement(using: &random) else {
            return try await plan()
        }
        note("transaction webhook \(place) comes\(deliveredWebhooks[place] == nil ? "" : " again")")
        try await deliver(webhooks[place], copy: random.chance(50) ? deliveredWebhooks[place] ?? 0 : 0)
        deliveredWebhooks[place, default: 0] += 1
        tally.count("transaction webhooks")
        try await checkAgainstBooks()
    }

    /// A repetition bears the first stamp or one of its own.
    func deliver(_ body: String, copy: Int) async throws {
        let stamp = String(service.clock.nowMicros / 1_000_000 + Int64(copy))
        _ = try await service.inbox.receive(.transaction, stamp: stamp, body: Array(body.utf8), authentication: "model")
        try await service.inboxWorker.applyDue()
    }

    /// An operator does what the lists ask for, and says the truth.
    func operate() async throws {
        await service.cosmo.settleLate(all: true)
        for issuance in try await issuances() {
            let told = service.cosmo.transactions.first { $0.referenceNumber == issuance.reference }
            switch issuance.status {
            case "unknown" where issuance.dueMicros == nil, "mismatched":
                note("an operator resolves \(issuance.reference)")
                _ = try await service.resolveIssuance(
                    referenceNumber: issuance.reference, outcome: told == nil ? .notIssued : .issued,
                    evidence: "read in Cosmo's portal", transactionID: told?.id, by: "operator")
                tally.count("issuances resolved by hand")
            case "parked":
                let isBlocking = try await service.pool.query(
                    "select from positions where blocked_by = $1", [.text(issuance.reference)]
                ).rowCount
                guard isBlocking > 0 else { continue }
                note("an operator lets \(issuance.reference) be planned again")
                _ = try await service.retryIssuance(referenceNumber: issuance.reference)
                tally.count("issuances retried by hand")
            default: continue
            }
        }
    }

    /// Each issuance against Cosmo's own books (I-6), and what was confirmed stays so (I-7).
    func checkAgainstBooks() async throws {
        let transactions = service.cosmo.transactions
        let byReference = Dictionary(grouping: transactions, by: \.referenceNumber)
        let issuances = try await issuances()
        let known = Set(issuances.map(\.reference))
        for (reference, told) in byReference {
            guard told.count == 1 else { throw fault("I-6: Cosmo issued \(reference) \(told.count) times") }
            guard known.contains(reference) else { throw fault("I-6: Cosmo issued \(reference), which no row knows") }
        }
        for issuance in issuances {
            let told = byReference[issuance.reference]?.first
            if confirmed.contains(issuance.reference), issuance.status != "confirmed" {
                throw fault("I-7: \(issuance.reference) was confirmed and is \(issuance.status)")
            }
            switch issuance.status {
            case "confirmed", "accepted":
                guard let told, told.value == issuance.value, told.programID == issuance.program,
                    told.accountKey == issuance.account
                else { throw fault("\(issuance.reference) is \(issuance.status), and Cosmo's books say otherwise") }
                if issuance.status == "confirmed", confirmed.insert(issuance.reference).inserted {
                    tally.count("issuances confirmed")
                }
            case "parked", "withdrawn", "planned":
                guard told == nil else {
                    throw fault("I-6: \(issuance.reference) is \(issuance.status), and Cosmo issued it")
                }
                if issuance.status == "parked" { tally.count("issuances seen parked") }
            default:
                tally.count("issuances seen \(issuance.status)")
            }
        }
    }
}
