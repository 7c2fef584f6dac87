import Cosmo
import Issuance
import PostgreSQL
import Synchronization
import Testing

extension Stage {
    /// Links a card to another account, or decides about one that is held, as the room of preferences would.
    ///
    /// - Parameter member: The account in force from now on; nil for none.
    func link(
        _ card: String, _ program: String, to member: String?, validity: LinkValidity = .valid,
        waitsUntil: PostgresTimestamp? = nil
    ) async throws {
        _ = try await pool.withTransaction { connection in
            try await connection.pipeline(
                self.linking(card, program, to: member, validity: validity, waitsUntil: waitsUntil))
        }
        show(card, program, to: member, validity: validity, waitsUntil: waitsUntil)
    }

    /// What the transaction of a link does.
    func linking(
        _ card: String, _ program: String, to member: String?, validity: LinkValidity = .valid,
        waitsUntil: PostgresTimestamp? = nil
    ) -> [PostgresStatement] {
        let link = PostgresStatement(
            """
            insert into links (card_id, program_id, status, account, validity, held, held_reason, waits_until)
            values ($1, $2, 'linked', $3, $4, $5, case when $5 then 'MAY_BE_A_RETRY' end, $6::timestamptz)
            on conflict (card_id, program_id) do update
            set account = excluded.account, validity = excluded.validity, held = excluded.held,
                held_reason = excluded.held_reason, waits_until = excluded.waits_until
            """,
            [
                .text(card), .text(program), .json(CosmoAccount(userID: member).json), .text(validity.rawValue),
                .bool(waitsUntil != nil), .timestamptzOrNull(waitsUntil),
            ])
        return [link]
            + PositionStore().planAgain(cardID: card, programID: program, accountChanged: true, at: clock.now())
    }

    /// Lets the planner see what a link says.
    func show(
        _ card: String, _ program: String, to member: String?, validity: LinkValidity = .valid,
        waitsUntil: PostgresTimestamp? = nil
    ) {
        destinations.withLock {
            $0[DestinationKey(cardID: card, programID: program)] = Destination(
                account: CosmoAccount(userID: member), validity: validity, cardCurrencyCode: "USD",
                waitsUntilMicros: waitsUntil?.microsecondsSinceEpoch)
        }
    }

    /// A planner that reads links in its own transaction, as composition has it.
    func plannerOfLinks() -> IssuancePlanner {
        let sql = """
            select p.place, l.account, l.validity, l.waits_until
            from unnest($1::text[], $2::text[]) with ordinality as p (card_id, program_id, place)
            join links l on l.card_id = p.card_id and l.program_id = p.program_id
            """
        return IssuancePlanner(
            pool: pool, configuration: configuration,
            destinations: { connection, keys in
                var found = [Destination?](repeating: nil, count: keys.count)
                let parameters: [PostgresValue] = [
                    .textArray(keys.map(\.cardID)), .textArray(keys.map(\.programID)),
                ]
                for row in try await connection.query(sql, parameters) {
                    found[Int(try row.get("place", as: Int64.self)) - 1] = Destination(
                        account: try CosmoAccount(json: try row.get("account")),
                        validity: .init(rawValue: try row.get("validity")) ?? .unchecked, cardCurrencyCode: "USD",
                        waitsUntilMicros: try row.get("waits_until", as: PostgresTimestamp?.self)?
                            .microsecondsSinceEpoch)
                }
                return found
            },
            terms: { _, programs in self.terms.withLock { terms in terms.filter { programs.contains($0.key) } } },
            now: clock.now, logger: Self.logger)
    }

    /// How often each issuance was handed to a sender that is for an account which is no longer the card's, and that
    /// nothing of can be at Cosmo.
    func attemptsOfOutdated() async throws -> [String: Int] {
        let sql = """
            select i.reference_number, i.attempts from issuances i
            join links l on l.card_id = i.card_id and l.program_id = i.program_id
            where i.status = 'planned' and i.reads = 0 and i.account <> l.account
            """
        var attempts: [String: Int] = [:]
        for row in try await pool.query(sql) { attempts[try row.get("reference_number")] = try row.get("attempts") }
        return attempts
    }
}
