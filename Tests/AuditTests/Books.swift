import PostgreSQL
import Rewards

/// Sound books to damage: three cards, two preference versions each, refused and parked legs, issuances in every
/// status.
///
/// Decisions come from the real splitter; rows are written with plain SQL, so that the rooms which normally write them
/// are not what is checked here.
enum Books {
    static let cards = ["card_1", "card_2", "card_3"]
    private static let vectors = [
        [("prg_a", 3), ("prg_b", 2), ("prg_c", 1)], [("prg_a", 1), ("prg_b", 1)],
    ]

    static func write(
        to pool: PostgresPool, cards: [String] = cards, spendsPerVersion: Int = 8, seed: UInt64 = 7
    ) async throws {
        var random = SplitMix(state: seed)
        for card in cards { try await write(card: card, to: pool, spendsPerVersion, &random) }
        try await pool.withTransaction { connection in
            for script in [
                held, programs, links, linksOfVersions, positions, issuances, writeOffs, walletPayouts, wallets, others,
                digests,
            ] {
                try await connection.execute(script)
            }
        }
    }

    private static func write(
        card: String, to pool: PostgresPool, _ spendsPerVersion: Int, _ random: inout SplitMix
    ) async throws {
        var statements = [
            PostgresStatement(
                """
                insert into cards (card_id, user_id, source_user_id, currency_code, preference_version, request_hash)
                values ($1, 'user', 'mb_' || $1, 'EUR', 2, '\\x00')
                """, [.text(card)])
        ]
        statements.append(
            PostgresStatement(
                "insert into preference_requests values ($1, 'r1', '\\x00', 2), ($1, 'r2', '\\x01', 0)", [.text(card)]))
        // A spend before the first link is held.
        statements += try spend(card, "first", [], version: 0, before: 0, amount: 990, mcc: "5411")
        statements += try spend(card, "held", [], version: 0, before: 0, amount: 500, mcc: "5411")
        statements += try spend(card, "stale", [], version: 0, before: 0, amount: 60, mcc: "5411")
        for (index, shares) in vectors.enumerated() {
            let weights = try WeightVector(shares.map { (programID: $0.0, parts: $0.1) })
            statements.append(
                PostgresStatement(
                    """
                    insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
                    values ($1, $2, $3, '[]', 'event', '1', now())
                    """, [.text(card), .int(index + 1), .text(weights.canonicalText)]))
            var before: Int64 = 0
            // Under the second vector prg_a's plugin asks for a period.
            var period: PeriodTotals? = index == 1 ? .zero : nil
            var decisions: [Decision] = []
            for number in 0..<spendsPerVersion {
                let amount = Int64(random.next() % 50_000) + 1
                let mcc = number % 3 == 0 ? "6011" : "5411"
                let decision = try decision(
                    card, "\(card)_\(index)_\(number)", shares, version: Int64(index + 1), before: before,
                    amount: amount, mcc: mcc, period: period)
                statements += rows(of: decision)
                decisions.append(decision)
                period = added(decision, to: period)
                before += amount
                // Between later spends, so that what a period had is moved on the way.
                if number == spendsPerVersion / 2 {
                    statements += try refunds(of: decisions, "\(card)_\(index)", &period)
                }
            }
            if index == 0 {
                statements += try release(card, shares, before: before)
                before += 500
            }
            statements += try periodTotals(card, period)
            statements.append(
                PostgresStatement(
                    "insert into running_totals values ($1, $2, $3)",
                    [.text(card), .text(weights.canonicalText), .int8(before)]))
        }
        let all = statements
        _ = try await pool.withTransaction { try await $0.pipeline(all) }
    }

    /// prg_b refuses cash, prg_c's plugin fails, prg_a takes everything.
    static func decision(
        _ card: String, _ spendID: String, _ shares: [(String, Int)], version: Int64, before: Int64, amount: Int64,
        mcc: String, period: PeriodTotals? = nil
    ) throws -> Decision {
        let plugin = PluginIdentity(plugin: "test@1", digest: digest, configurationVersion: 1)
        let input = SpendInput(
            spendID: spendID, cardID: card,
            purchase: Purchase(
                amount: Money(currency: try CurrencyCode("EUR"), minorUnits: amount), merchantCategoryCode: mcc,
                merchantName: "Corner \"Shop\"", merchantCountry: "DE", occurredAtMicros: 1_779_000_000_000_000))
        let request = DecisionRequest(
            input: input, preferenceVersion: version,
            weights: try WeightVector(shares.map { (programID: $0.0, parts: $0.1) }), runningTotal: before,
            periodTotals: [period])
        return try SpendDecision.decide(request, tables: ApportionmentCache()) { offer throws(LegFault) in
            if offer.programID == "prg_c" { throw LegFault(reason: "PLUGIN_OVERFLOW", plugin: plugin) }
            if offer.programID == "prg_b", mcc == "6011" {
                return LegAnswer(
                    acceptedMinor: 0, earning: .points(.init(0)),
                    adjustments: [Adjustment(.refused, reason: "CASH", amountMinor: offer.shareMinor)], plugin: plugin)
            }
            // Nothing is earned on amounts that only the largest totals have: their earning would not fit.
            let rated = offer.shareMinor < 1 << 40 ? offer.shareMinor : 0
            let earning: Earning =
                offer.programID == "prg_b" ? .value(microMinor: rated * 20_000) : .points(.init(rated * 10_000))
            return LegAnswer(acceptedMinor: offer.shareMinor, earning: earning, plugin: plugin)
        }
    }

    static func spend(
        _ card: String, _ name: String, _ shares: [(String, Int)], version: Int64, before: Int64, amount: Int64,
        mcc: String
    ) throws -> [PostgresStatement] {
        let decision = try decision(
            card, "\(card)_\(name)", shares, version: version, before: before, amount: amount, mcc: mcc)
        return rows(of: decision)
    }

    static func rows(of decision: Decision) -> [PostgresStatement] {
        let input = decision.input
        let spend = PostgresStatement(
            """
            insert into spends (card_id, spend_id, amount_minor, currency_code, merchant_category_code, merchant_name,
                merchant_country, occurred_at, preference_version, weights, running_before, excluded_minor, held_minor,
                request_hash, decision, authorization_id, attribution)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '\\x00', $14,
                case when right($2, 4) = '_0_6' then 'auth_' || $1 end,
                case when right($2, 4) = '_0_6' then 'authorization' else 'latest' end)
            """,
            [
                .text(input.cardID), .text(input.spendID), .int8(input.purchase.amount.minorUnits),
                .text(input.purchase.amount.currency.text), .text(input.purchase.merchantCategoryCode),
                .text(input.purchase.merchantName),
                .text(input.purchase.merchantCountry),
                .timestamptz(PostgresTimestamp(microsecondsSinceEpoch: input.purchase.occurredAtMicros)),
                .int8(decision.preferenceVersion), .text(decision.certificate.weights.canonicalText),
                .int8(decision.certificate.totalBefore), .int8(decision.excludedMinor), .int8(decision.heldMinor),
                .bytea(decision.canonicalBytes()),
            ])
        let legs = decision.legs.map { leg in
            PostgresStatement(
                "insert into legs values ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
                [
                    .text(input.cardID), .text(input.spendID), .text(leg.programID), .int8(leg.amountMinor),
                    .text(leg.earning?.unit.rawValue ?? "points"), .int8(leg.earnedMicro),
                    .text(leg.status == .parked ? "parked" : "earned"),
                    .textOrNull(leg.faultReason ?? leg.adjustments.first { $0.effect != .rated }?.reason),
                ])
        }
        return [spend] + legs
    }

    private static let programs = """
        insert into authorizations (card_id, authorization_id, amount_minor, currency_code, merchant_category_code,
                merchant_name, merchant_country, authorized_at, preference_version, request_hash, recorded_at)
            select card_id, 'auth_' || card_id, 100, 'EUR', '5411', 'Shop', 'DE', now(), 1, '\\x00', now() from cards;
        insert into programs (program_id, configuration_version) values ('prg_a', 1), ('prg_b', 1), ('prg_c', 1);
        insert into program_configurations
            select program_id, 1, 'test', '1', '{}', '\(digest)', 'op' from programs;
        -- One parked leg was retried since and earned.
        update legs set status = 'earned', earned_micro = 5, reason = null, settled_with = '{"plugin": "test@1"}'
            where (card_id, spend_id) = ('card_1', 'card_1_0_1') and program_id = 'prg_c';
        """

    private static let positions = """
        insert into positions (card_id, program_id, unit, earned_micro, plan_at)
            select card_id, program_id, unit, sum(earned_micro), now() from legs
            where earned_micro > 0 group by 1, 2, 3;
        update positions p set clawed_back_micro = k.micro from (
            select card_id, program_id, unit, sum(earned_micro) as micro from clawbacks group by 1, 2, 3) k
            where (k.card_id, k.program_id, k.unit) = (p.card_id, p.program_id, p.unit);
        """
}

extension Books {
    /// prg_b's debt: as much issued and then written off as refunds took.
    static let writeOffs = """
        insert into debt_write_offs (card_id, request_id, program_id, unit, micro, reason, written_off_by, request_hash,
                recorded_at)
            select card_id, 'w1', program_id, unit, 9, 'goodwill', 'op', '\\x00', now() from positions
            where program_id = 'prg_b';
        update positions set written_off_micro = 7 where program_id = 'prg_b';
        """

    /// A(m) of a decision: its split made again for the first `amount` minor units.
    private static func again(_ decision: Decision, _ amount: Int64) throws -> Decision? {
        guard amount > 0 else { return nil }
        return try self.decision(
            decision.input.cardID, decision.input.spendID,
            zip(decision.certificate.weights.programIDs, decision.certificate.weights.parts).map { ($0, $1) },
            version: decision.preferenceVersion, before: decision.certificate.totalBefore, amount: amount,
            mcc: decision.input.purchase.merchantCategoryCode)
    }

    /// Four refunds: two that take a whole spend in parts, one of a part, one of a part that is undone.
    private static func refunds(
        of decisions: [Decision], _ name: String, _ period: inout PeriodTotals?
    ) throws -> [PostgresStatement] {
        let amounts = decisions.map(\.input.purchase.amount.minorUnits)
        var statements: [PostgresStatement] = []
        let (whole, part, undone) = (decisions[1], decisions[2], decisions[0])
        statements += try refund("\(name)_r1", whole, 0, amounts[1] / 3, "applied", &period)
        statements += try refund("\(name)_r2", whole, amounts[1] / 3, amounts[1], "applied", &period)
        statements += try refund("\(name)_r3", part, 0, amounts[2] / 2, "applied", &period)
        statements += try refund("\(name)_r4", undone, 0, (amounts[0] + 1) / 2, "undone", &period)
        statements += try movement("\(name)_r4", undone, (amounts[0] + 1) / 2, 0, "undo", &period)
        statements.append(refund("\(name)_r5", whole, 5, "waiting"))
        return statements
    }

    private static func refund(
        _ refundID: String, _ decision: Decision, _ before: Int64, _ after: Int64, _ status: String,
        _ period: inout PeriodTotals?
    ) throws -> [PostgresStatement] {
        [refund(refundID, decision, after - before, status)]
            + (try movement(refundID, decision, before, after, "refund", &period))
    }

    private static func refund(
        _ refundID: String, _ decision: Decision, _ amount: Int64, _ status: String
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into refunds (card_id, refund_id, spend_id, amount_minor, currency_code, merchant_category_code,
                merchant_name, occurred_at, status, rule, request_hash, recorded_at, settled_at)
            values ($1, $2, $3, $4, 'EUR', '5411', 'Shop', now(), $5, 'NAMED', '\\x00', now(),
                case when $5 in ('applied', 'undone') then now() end)
            """,
            [
                .text(decision.input.cardID), .text(refundID), .text(decision.input.spendID), .int8(amount),
                .text(status),
            ])
    }

    /// What moves when the refunded total of a spend goes from one amount to another.
    private static func movement(
        _ refundID: String, _ decision: Decision, _ before: Int64, _ after: Int64, _ cause: String,
        _ period: inout PeriodTotals?
    ) throws -> [PostgresStatement] {
        let amount = decision.input.purchase.amount.minorUnits
        let (from, to) = (try again(decision, amount - before), try again(decision, amount - after))
        func difference(_ part: (Decision) -> Int64) -> Int64 { (from.map(part) ?? 0) - (to.map(part) ?? 0) }
        var rows: [(String, String, Int64, Int64)] = []
        for leg in decision.legs {
            func own(_ decision: Decision) -> Leg? { decision.legs.first { $0.programID == leg.programID } }
            let taken = difference { own($0)?.amountMinor ?? 0 }
            let earned = difference { own($0)?.earnedMicro ?? 0 }
            if leg.programID == "prg_a", leg.status == .earned, let totals = period {
                period = PeriodTotals(
                    acceptedMinor: totals.acceptedMinor - taken, earnedMicro: totals.earnedMicro - earned)
            }
            guard taken != 0 || earned != 0 else { continue }
            rows.append((leg.programID, leg.earning?.unit == .value ? "value" : "points", taken, earned))
        }
        let insert = PostgresStatement(
            """
            insert into refund_movements (card_id, refund_id, spend_id, cause, amount_minor, refunded_after_minor,
                excluded_minor, held_minor, recorded_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, now())
            """,
            [
                .text(decision.input.cardID), .text(refundID), .text(decision.input.spendID), .text(cause),
                .int8(after - before), .int8(after), .int8(difference(\.excludedMinor)), .int8(difference(\.heldMinor)),
            ])
        return [insert]
            + rows.map { row in
                PostgresStatement(
                    """
                    insert into clawbacks
                    select $1, max(movement_number), $2, $3, $4, $5 from refund_movements where card_id = $1
                    """,
                    [.text(decision.input.cardID), .text(row.0), .text(row.1), .int8(row.2), .int8(row.3)])
            }
    }

    /// prg_a's period after a spend.
    private static func added(_ decision: Decision, to period: PeriodTotals?) -> PeriodTotals? {
        guard let period, let leg = decision.legs.first(where: { $0.programID == "prg_a" }), leg.status == .earned
        else { return period }
        return PeriodTotals(
            acceptedMinor: period.acceptedMinor + leg.amountMinor, earnedMicro: period.earnedMicro + leg.earnedMicro)
    }

    private static func periodTotals(_ card: String, _ period: PeriodTotals?) throws -> [PostgresStatement] {
        guard let period else { return [] }
        return [
            PostgresStatement(
                "insert into period_totals values ($1, 'prg_a', '2026-05', $2, $3)",
                [.text(card), .int8(period.acceptedMinor), .int8(period.earnedMicro)])
        ]
    }
}

/// A small seeded generator, so that a failing run can be repeated.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
