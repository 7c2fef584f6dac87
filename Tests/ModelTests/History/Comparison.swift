import PostgreSQL

/// The database as lines of text, and the reference as the same lines: what differs is what is wrong.
enum Comparison {
    /// One statement for the whole state. Lines that begin with `!` name rows that break an identity by themselves.
    private static let sql = """
        select string_agg(line, E'\\n') from (
        select 'card ' || card_id || ' version ' || preference_version as line from cards
        union all
        select 'link ' || card_id || ' ' || program_id || ' ' || status || coalesce(' ' || held_reason, '') || ' to '
            || coalesce(account ->> 'destinationUserId', '') || ' parts ' || coalesce(event_parts, 0)
            || '/' || coalesce(allocated_parts, 0) from links
        union all
        select 'held delivery ' || inbox_id from inbox where status = 'held'
        union all
        select '! ' || card_id || ' ' || program_id || ' waits without being held, or the other way round' from links
         where held <> (waits_until is not null)
        union all
        select 'in force ' || c.card_id || ' ' || v.weights
          from cards c join preference_versions v on (v.card_id, v.version) = (c.card_id, c.preference_version)
        union all
        select 'total ' || card_id || ' ' || weights || ' ' || total_minor from running_totals
        union all
        select 'month ' || card_id || ' ' || program_id || ' ' || period || ' ' || accepted_minor || ' ' || earned_micro
          from period_totals where accepted_minor <> 0 or earned_micro <> 0
        union all
        select 'position ' || card_id || ' ' || program_id || ' ' || unit || ' earned ' || earned_micro
            || ' clawed back ' || clawed_back_micro || ' written off ' || written_off_micro
          from positions where earned_micro <> 0 or clawed_back_micro <> 0 or written_off_micro <> 0
        union all
        select 'legs ' || card_id || ' ' || program_id || ' ' || sum(amount_minor) || ' ' || sum(earned_micro)
          from legs group by card_id, program_id having sum(amount_minor) > 0
        union all
        select 'spends ' || card_id || ' ' || count(*) || ' of ' || sum(amount_minor) || ' excluded '
            || sum(excluded_minor) || ' held ' || sum(held_minor) from spends group by card_id
        union all
        select 'holds ' || card_id || ' ' || spend_id || ' ' || held_minor from held_spends
        union all
        select 'release ' || card_id || ' ' || spend_id || ' ' || outcome || ' of ' || amount_minor || ' by version '
            || preference_version || ' excluded ' || excluded_minor from releases
        union all
        select 'refunded ' || card_id || ' ' || spend_id || ' ' || sum(amount_minor)
          from refund_movements group by card_id, spend_id having sum(amount_minor) <> 0
        union all
        select 'taken ' || m.card_id || ' ' || c.program_id || ' ' || sum(c.amount_minor) || ' ' || sum(c.earned_micro)
          from refund_movements m join clawbacks c using (card_id, movement_number)
         group by m.card_id, c.program_id having sum(c.amount_minor) <> 0 or sum(c.earned_micro) <> 0
        union all
        select 'refund ' || refund_id || ' ' || status from refunds
        union all
        select 'authorization ' || authorization_id || ' ' || status from authorizations
        union all
        select '! I-1: the buckets of ' || s.spend_id || ' do not sum to its amount' from spends s
         where s.amount_minor <> s.excluded_minor + s.held_minor + coalesce((
               select sum(l.amount_minor) from legs l
                where (l.card_id, l.spend_id, l.of_release) = (s.card_id, s.spend_id, false)), 0)
        union all
        select '! I-1: movement ' || m.movement_number || ' is not the sum of its parts' from refund_movements m
         where m.amount_minor <> m.excluded_minor + m.held_minor + m.released_minor + coalesce((
               select sum(c.amount_minor) from clawbacks c
                where (c.card_id, c.movement_number, c.of_release) = (m.card_id, m.movement_number, false)), 0)
        union all
        select '! I-2: the issuances of ' || p.card_id || ' ' || p.program_id || ' do not make its position'
          from positions p left join lateral (
               select coalesce(sum(quantity_micro) filter (
                          where status in ('planned', 'sending', 'accepted', 'mismatched')), 0) as in_flight,
                      coalesce(sum(quantity_micro) filter (where status = 'unknown'), 0) as unknown,
                      coalesce(sum(quantity_micro) filter (where status = 'confirmed'), 0) as issued
                 from issuances i where (i.card_id, i.program_id, i.unit) = (p.card_id, p.program_id, p.unit)) s on true
         where (p.in_flight_micro, p.unknown_micro, p.issued_micro) <> (s.in_flight, s.unknown, s.issued)
        union all
        select '! I-8: delivery ' || inbox_id || ' is ' || status || ' ' || coalesce(reason, '') from inbox
         where reason in ('HANDLER_FAILED', 'BAD_STAMP', 'TRANSACTION_MISMATCH', 'TRANSACTION_UNKNOWN')
        ) lines
        """

    /// What the database says that the reference does not, and the other way round; empty when they agree.
    ///
    /// - Parameter heldDeliveries: the deliveries that the reference holds for disputed.
    static func differences(
        _ world: NaiveWorld, heldDeliveries: Set<Int64>, _ pool: PostgresPool
    ) async throws -> [String] {
        let text = try await pool.query(sql)[0].value(as: String?.self) ?? ""
        let found = Set(text.split(separator: "\n").map(String.init))
        let expected = Set(lines(of: world)).union(heldDeliveries.map { "held delivery \($0)" })
        return found.subtracting(expected).sorted().map { "the database says:  \($0)" }
            + expected.subtracting(found).sorted().map { "the reference says: \($0)" }
    }

    private static func lines(of world: NaiveWorld) -> [String] {
        var lines: [String] = []
        for (index, card) in world.cards.enumerated() where card.isRegistered {
            lines.append("card \(card.id) version \(card.preferences.version)")
            if card.preferences.version > 0 { lines.append("in force \(card.id) \(card.preferences.weights)") }
            for (program, link) in card.preferences.links {
                lines.append(
                    "link \(card.id) \(program) "
                        + "\(link.isLinked ? "linked" : "delinked")\(link.held.map { " \($0)" } ?? "")"
                        + " to \(link.account) parts \(link.eventParts ?? 0)/\(link.allocatedParts ?? 0)")
            }
            for (weights, total) in card.totals { lines.append("total \(card.id) \(weights) \(total)") }
            lines += spendLines(world, index, card.id)
        }
        for (key, month) in world.months where month != Month() {
            lines.append(
                "month \(world.cards[key.card].id) \(key.program) \(key.month) \(month.accepted) \(month.earned)")
        }
        for (key, position) in world.positions
        where position.earned != 0 || position.clawedBack != 0 || position.writtenOff != 0 {
            let unit = Catalogue.isValue(key.program) ? "value" : "points"
            lines.append(
                "position \(world.cards[key.card].id) \(key.program) \(unit) earned \(position.earned)"
                    + " clawed back \(position.clawedBack) written off \(position.writtenOff)")
        }
        for (key, part) in world.taken where part != NaiveSpend.Part() {
            lines.append("taken \(world.cards[key.card].id) \(key.program) \(part.amount) \(part.micro)")
        }
        for refund in world.refunds { lines.append("refund \(refund.id) \(refund.status.rawValue)") }
        for authorization in world.authorizations {
            lines.append("authorization \(authorization.id) \(authorization.isOpen ? "open" : "reversed")")
        }
        return lines
    }

    private static func releaseLines(
        _ world: NaiveWorld, _ spend: NaiveSpend, _ cardID: String, _ sums: inout [String: NaiveSpend.Part]
    ) -> [String] {
        let held = world.whole[spend.id]?.held ?? 0
        guard held > 0 else { return [] }
        switch world.releases[spend.id] {
        case nil:
            let index = world.spend(spend.id) ?? 0
            return ["holds \(cardID) \(spend.id) \(world.heldBySpend(index))"]
        case .expired(let version):
            return ["release \(cardID) \(spend.id) expired of \(held) by version \(version) excluded \(held)"]
        case .decided(let released):
            let split = released.split(of: held, world.quota)
            for (program, part) in split.legs {
                sums[program, default: .init()].amount += part.amount
                sums[program, default: .init()].micro += part.micro
            }
            return [
                "release \(cardID) \(spend.id) released of \(held) by version \(released.version) excluded"
                    + " \(split.excluded)"
            ]
        }
    }

    private static func spendLines(_ world: NaiveWorld, _ card: Int, _ cardID: String) -> [String] {
        var lines: [String] = []
        let spends = world.spends.filter { $0.card == card }
        var sums: [String: NaiveSpend.Part] = [:]
        var (excluded, held): (Int64, Int64) = (0, 0)
        for spend in spends {
            let split = world.whole[spend.id] ?? .init()
            excluded += split.excluded
            held += split.held
            for (program, part) in split.legs {
                sums[program, default: .init()].amount += part.amount
                sums[program, default: .init()].micro += part.micro
            }
            lines += releaseLines(world, spend, cardID, &sums)
            if spend.refunded != 0 { lines.append("refunded \(cardID) \(spend.id) \(spend.refunded)") }
        }
        if !spends.isEmpty {
            let amount = spends.reduce(0) { $0 + $1.amount }
            lines.append("spends \(cardID) \(spends.count) of \(amount) excluded \(excluded) held \(held)")
        }
        for (program, part) in sums where part.amount > 0 {
            lines.append("legs \(cardID) \(program) \(part.amount) \(part.micro)")
        }
        return lines
    }
}
