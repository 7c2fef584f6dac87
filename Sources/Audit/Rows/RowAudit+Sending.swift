/// What is sent to Cosmo, against what it follows from: the quantity taken from the position, the link of the card, and
/// where the issuance is now.
extension RowAudit {
    /// The digits of a currency's minor unit, as ISO 4217 has them; two but for these.
    static func minorDigits(_ currency: String) -> String {
        """
        case
            when \(currency) in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
                'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 0
            when \(currency) in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
            when \(currency) in ('CLF', 'UYW') then 4
            else 2
        end
        """
    }

    /// Texts as one, each after its length in bytes.
    static func pieces(_ texts: [String]) -> String {
        texts.map { "octet_length(\($0)) || ':' || \($0)" }.joined(separator: " || ")
    }

    /// A time in microseconds since 1970.
    static func micros(_ time: String) -> String { "(extract(epoch from \(time)) * 1000000)::bigint" }

    /// What is decided about an issuance at planning, but for the account.
    private static let plannedPieces = pieces([
        "card_id", "reference_number", "program_id", "unit", "quantity_micro::text", "sent_value::text",
        "sent_unit_micro::text", "sent_currency", "\(micros("created_at"))::text",
    ])

    static let ofSending = [
        RowAudit(
            check: .issuanceAsPlanned, table: "issuances", key: ["card_id", "reference_number"],
            expected: "what its digest was made over when it was planned"
        ) { cards in
            """
            select card_id, reference_number, 'something else' as found from issuances i
            where \(cards.holds("i.card_id")) and planned_digest is not null and planned_digest is distinct from \
            sha256(convert_to(
                \(plannedPieces) || coalesce((
                    select string_agg(\(pieces(["a.key", "a.value"])), '' order by a.key collate "C")
                    from jsonb_each_text(account) a), ''), 'UTF8'))
            """
        },
        RowAudit(
            check: .issuanceValue, table: "issuances", key: ["card_id", "reference_number"],
            expected: "a value that is its quantity in whole points, or in whole units of the card's currency"
        ) { cards in
            // An issuance planned before its unit was kept may be in either unit that can be configured.
            """
            select i.card_id, i.reference_number,
                i.quantity_micro || ' millionths of ' || i.unit || ' sent as ' || i.sent_value || ' ' || i.sent_currency
                    || coalesce(' of ' || i.sent_unit_micro || ' each', '') as found
            from issuances i
            left join cards c on c.card_id = i.card_id
            cross join lateral (select 1000000 * power(10::numeric, \(minorDigits("c.currency_code"))) as major) u
            where \(cards.holds("i.card_id")) and not coalesce(
                case i.unit
                    when 'points' then i.sent_currency = 'POINTS' and coalesce(i.sent_unit_micro, 1000000) = 1000000
                        and i.quantity_micro = i.sent_value::numeric * 1000000
                    else i.sent_currency = c.currency_code
                        and coalesce(i.sent_unit_micro in (1000000, u.major), true)
                        and i.quantity_micro in (
                            i.sent_value * coalesce(i.sent_unit_micro, 1000000::numeric),
                            i.sent_value * coalesce(i.sent_unit_micro, u.major))
                end and i.sent_value > 0, false)
            """
        },
        RowAudit(
            check: .issuanceAccount, table: "issuances", key: ["card_id", "reference_number"],
            expected: "the account that the card was linked to when it was planned"
        ) { cards in
            // Which of several words about a link counts is for preferences to say. Here an account must have been
            // reported, and none may have taken its place for certain: by a newer word that nothing disputes or may
            // have repeated. Clocks of several processes may differ by some minutes. What was adopted after a loss goes
            // where Cosmo says; the event that linked it may be lost too.
            """
            select i.card_id, i.reference_number, case when exists (
                    select from connection_events e
                    where e.source_user_id = c.source_user_id and e.program_id = i.program_id and e.kind = 'LINKED'
                        and (e.card_id is null or e.card_id = i.card_id) and e.account = i.account)
                then 'an account linked at another time' else 'an account never linked' end as found
            from issuances i
            join cards c on c.card_id = i.card_id
            where \(cards.holds("i.card_id")) and i.settled_by is distinct from 'wallet' and i.adopted_at is null and \
            not exists (
                select from connection_events e
                where e.source_user_id = c.source_user_id and e.program_id = i.program_id and e.kind = 'LINKED'
                    and (e.card_id is null or e.card_id = i.card_id) and e.account = i.account
                    and e.recorded_at <= i.created_at + interval '5 minutes'
                    and not exists (
                        select from connection_events f
                        where f.source_user_id = e.source_user_id and f.program_id = e.program_id
                            and (f.card_id is null or f.card_id = i.card_id) and f.kind = 'LINKED'
                            and f.stamp_micros > e.stamp_micros and f.account <> e.account and f.status = 'standing'
                            and f.recorded_at < i.created_at - interval '5 minutes'
                            and not exists (
                                select from connection_events g
                                where g.source_user_id = f.source_user_id and g.program_id = f.program_id
                                    and g.event_id <> f.event_id
                                    and (g.stamp_micros = f.stamp_micros
                                        or g.stamp_micros < f.stamp_micros and g.account = f.account))))
            """
        },
        RowAudit(
            check: .issuanceState, table: "issuances", key: ["card_id", "reference_number"],
            expected: "what goes with its status: who has it, when it is due, what was tried, who settled it"
        ) { cards in
            """
            select card_id, reference_number,
                status || ', ' || attempts || ' tries, ' || reads || ' reads, ' || coalesce(reason, 'no reason')
                    || case when due_at is null then '' else ', due' end
                    || case when lease_id is null then '' else ', leased' end
                    || case when cosmo_transaction_id is null then '' else ', has an id' end
                    || coalesce(', settled by ' || settled_by, '')
                    || case when resolved_at is null then '' else ', resolved' end as found
            from issuances i
            where \(cards.holds("i.card_id")) and not coalesce(
                (attempts = 0) = (first_sent_at is null) and (attempts = 0) = (last_sent_at is null)
                and coalesce(first_sent_at <= last_sent_at, true)
                and attempts >= 0 and absent_reads between 0 and reads and (attempts > 0 or reads = 0)
                and (lease_id is not null) = (status = 'sending')
                and (evidence is null) = (evidence_by is null)
                and (accepted_at is null and total_points is null or cosmo_transaction_id is not null)
                and (settled_at is not null) = (status in ('confirmed', 'parked', 'withdrawn'))
                and (settled_by is not null) = (settled_at is not null)
                and (settled_by is distinct from 'operator' or evidence is not null)
                and case status
                    when 'planned' then due_at is not null and cosmo_transaction_id is null
                        and (attempts = 0) = (reason is null)
                    when 'sending' then due_at is not null and attempts > 0 and cosmo_transaction_id is null
                    when 'accepted' then due_at is not null and attempts > 0 and accepted_at is not null
                    when 'unknown' then attempts > 0 and reason is not null
                    when 'mismatched' then due_at is null and reason is not null
                    when 'confirmed' then due_at is null and settled_by in ('webhook', 'read', 'operator', 'wallet')
                    when 'parked' then due_at is null and reason is not null
                        and settled_by in ('refusal', 'operator', 'check')
                        and (settled_by <> 'operator' or resolved_at is not null)
                    when 'withdrawn' then due_at is null and settled_by in ('debt', 'account')
                end
                and (adopted_at is null or attempts > 0 and adopted_at = created_at)
                and (resolved_at is null or status = 'parked' or status = 'confirmed' and reason is not null), false)
            """
        },
        RowAudit(
            check: .recoveryEnd, table: "recoveries", key: ["recovery_number"],
            expected:
                "to be open until a comparison saw everything and each finding is in the books, or an operator's "
                + "evidence",
            isByCard: false
        ) { _ in
            """
            select r.recovery_number::text, 'ended by ' || coalesce(r.ended_by, 'nobody') || ', '
                    || case when r.compared_at >= r.final_at then 'compared' else 'not compared to its end' end || ', '
                    || f.open || ' unexplained' as found
            from recoveries r
            cross join lateral (
                select count(*) as open from recovery_findings f
                where f.recovery_number = r.recovery_number
                    and f.reason <> 'TRANSACTION_FAILED' and not exists (
                        select from issuances i where i.cosmo_transaction_id = f.cosmo_transaction_id)) f
            where (r.ended_at is not null or r.ended_by is not null) and not coalesce(
                r.ended_at >= r.begun_at and case r.ended_by
                    when 'comparison' then r.compared_at >= r.final_at and r.compared_at <= r.ended_at and f.open = 0
                        and r.failure is null
                    else r.evidence is not null end, false)
            """
        },
        RowAudit(
            check: .positionBlocked, table: "positions", key: ["card_id", "program_id", "unit"],
            expected: "to be blocked by a refused issuance of its own that waits for a person, or by none"
        ) { cards in
            """
            select p.card_id, p.program_id, p.unit, 'blocked by ' || p.blocked_by || coalesce(', ' || i.status
                    || case when i.resolved_at is null then '' else ' and resolved' end, ', which is none of its \
            issuances')
                    || ', ' || coalesce(p.blocked_reason, 'no reason') as found
            from positions p
            left join issuances i on i.reference_number = p.blocked_by and i.card_id = p.card_id
                and i.program_id = p.program_id and i.unit = p.unit
            where \(cards.holds("p.card_id")) and p.blocked_by is not null and not coalesce(
                i.status = 'parked' and i.resolved_at is null and p.blocked_reason = i.reason
                    or i.status = 'mismatched' and p.blocked_reason is not null, false)
            union all
            select i.card_id, i.program_id, i.unit, 'not blocked, and ' || i.reference_number || ' waits for a person'
            from issuances i
            left join positions p on p.card_id = i.card_id and p.program_id = i.program_id and p.unit = i.unit
            where \(cards.holds("i.card_id")) and i.status = 'parked' and i.resolved_at is null and p.blocked_by is null
            """
        },
        RowAudit(
            check: .positionPlanned, table: "positions", key: ["card_id", "program_id", "unit"],
            expected: "to be planned, or to say why not, while as much is pending as its program takes"
        ) { cards in
            // Value may be counted in whole units of the currency, so less than one is never asked for.
            """
            select p.card_id, p.program_id, p.unit, w.pending || ' millionths pending, and never looked at' as found
            from positions p
            left join cards c on c.card_id = p.card_id
            left join programs g on g.program_id = p.program_id
            cross join lateral (
                select p.earned_micro::numeric + p.written_off_micro - p.clawed_back_micro - p.issued_micro
                        - p.in_flight_micro - p.unknown_micro as pending,
                    case p.unit when 'points' then greatest(coalesce(g.minimum_points, 1), 1)::numeric * 1000000
                        else greatest(coalesce(g.minimum_value, 1), 1) * 1000000
                            * power(10::numeric, \(minorDigits("c.currency_code"))) end as least) w
            where \(cards.holds("p.card_id")) and p.plan_at is null and p.blocked_reason is null and w.pending >= \
            w.least
            """
        },
    ]
}
