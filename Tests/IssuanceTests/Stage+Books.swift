import Cosmo
import CosmoSandbox
import Issuance
import PostgreSQL
import Rewards
import Testing

extension Stage {
    /// Checks I-2 for every position from the rows alone: each bucket is the sum of its issuances.
    func checkBooks(_ comment: Comment? = nil, _ location: SourceLocation = #_sourceLocation) async throws {
        let sql = """
            select p.card_id, p.program_id from positions p
            left join lateral (
                select coalesce(sum(quantity_micro) filter (where status in ('planned', 'sending', 'accepted',
                    'mismatched')), 0) as in_flight,
                    coalesce(sum(quantity_micro) filter (where status = 'unknown'), 0) as unknown,
                    coalesce(sum(quantity_micro) filter (where status = 'confirmed'), 0) as issued
                from issuances i where i.card_id = p.card_id and i.program_id = p.program_id and i.unit = p.unit) s
                    on true
            where p.in_flight_micro <> s.in_flight or p.unknown_micro <> s.unknown or p.issued_micro <> s.issued
            """
        let broken = try await pool.query(sql)
        #expect(broken.isEmpty, comment ?? "positions and issuances disagree", sourceLocation: location)
    }

    /// Checks that the debt the database keeps is what the sums say, and that what was written off is on record (I-2,
    /// I-7).
    func checkDebts(_ comment: Comment? = nil, _ location: SourceLocation = #_sourceLocation) async throws {
        let sql = """
            select p.card_id, p.program_id from positions p
            where p.debt_micro <> greatest(0, p.clawed_back_micro::numeric - p.earned_micro - p.written_off_micro
                    + p.issued_micro + p.in_flight_micro + p.unknown_micro)
                or p.written_off_micro <> (
                    select coalesce(sum(w.micro), 0) from (
                        select card_id, program_id, unit, micro from debt_write_offs
                        union all
                        select card_id, program_id, unit, -micro from debt_write_off_reversals) w
                    where w.card_id = p.card_id and w.program_id = p.program_id and w.unit = p.unit)
            """
        let broken = try await pool.query(sql)
        #expect(broken.isEmpty, comment ?? "debts and sums disagree", sourceLocation: location)
    }

    /// Takes back, or gives back when below zero, as a refund would.
    func clawBack(
        _ card: String, _ program: String, points: Int64 = 0, micro: Int64? = nil, unit: RewardUnit = .points
    ) async throws {
        let clawback = PositionChange.clawedBack(
            PositionKey(cardID: card, programID: program, unit: unit), micro: micro ?? points * 1_000_000)
        _ = try await pool.withTransaction { connection in
            try await connection.pipeline(PositionStore().change([clawback], at: self.clock.now()))
        }
    }

    /// How often each issuance of a position that owes was handed to a sender.
    func attemptsOfOwing() async throws -> [String: Int] {
        let sql = """
            select i.reference_number, i.attempts from issuances i
            join positions p on p.card_id = i.card_id and p.program_id = i.program_id and p.unit = i.unit
            where p.debt_micro > 0
            """
        var attempts: [String: Int] = [:]
        for row in try await pool.query(sql) { attempts[try row.get("reference_number")] = try row.get("attempts") }
        return attempts
    }

    /// Checks that every transaction of the sandbox is one confirmed issuance, and the other way round.
    func checkAgainstSandbox(_ location: SourceLocation = #_sourceLocation) async throws {
        let transactions = sandbox.transactions()
        let references = transactions.map(\.referenceNumber)
        #expect(Set(references).count == references.count, "Cosmo issued a reference twice", sourceLocation: location)
        let confirmed = try await pool.query(
            "select reference_number, sent_value from issuances where status = 'confirmed'")
        var values: [String: Int64] = [:]
        for row in confirmed { values[try row.get("reference_number")] = try row.get("sent_value", as: Int64.self) }
        let told = Dictionary(transactions.map { ($0.referenceNumber, $0.value) }, uniquingKeysWith: { $1 })
        #expect(values == told, "our confirmed issuances are not Cosmo's transactions", sourceLocation: location)
    }

    /// Applies a webhook body as the inbox would, its retries included.
    @discardableResult
    func receive(_ body: String, attempts: Int = 0) async throws -> ConfirmTransaction.Outcome {
        let event = try TransactionEventPayload(body: Array(body.utf8))
        let confirm = ConfirmTransaction(pool: pool, cosmo: cosmo, configuration: configuration, now: clock.now)
        let context = try await confirm.prepare(event, attempts: attempts)
        return try await pool.withTransaction { connection in
            try await confirm.outcome(of: event, context: context, attempts: attempts, on: connection)
        }
    }

    /// The bodies of the transaction webhooks that the sandbox has to deliver, in order.
    var webhookBodies: [String] {
        sandbox.deliveries(.pending).map(\.body)
    }
}
