import PostgreSQL
import Rewards

/// Sound books to damage: three cards, two preference versions each, refused and parked legs, issues in every status.
///
/// Decisions come from the real splitter; rows are written with plain SQL, so that the rooms which normally write them
/// are not what is checked here.
enum Books {
    static let cards = ["card_1", "card_2", "card_3"]
    private static let vectors = [
        [("prg_a", 3), ("prg_b", 2), ("prg_c", 1)], [("prg_a", 1), ("prg_b", 1)],
    ]

    static func write(to pool: PostgresPool, spendsPerVersion: Int = 8, seed: UInt64 = 7) async throws {
        var random = SplitMix(state: seed)
        for card in cards { try await write(card: card, to: pool, spendsPerVersion, &random) }
        try await pool.withTransaction { connection in
            for script in [programs, positions, issuances] { try await connection.execute(script) }
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
        for (index, shares) in vectors.enumerated() {
            let weights = try WeightVector(shares.map { (programID: $0.0, parts: $0.1) })
            statements.append(
                PostgresStatement(
                    """
                    insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
                    values ($1, $2, $3, '[]', 'event', '1', now())
                    """, [.text(card), .int(index + 1), .text(weights.canonicalText)]))
            var before: Int64 = 0
            for number in 0..<spendsPerVersion {
                let amount = Int64(random.next() % 50_000) + 1
                let mcc = number % 3 == 0 ? "6011" : "5411"
                statements += try spend(
                    card, "\(index)_\(number)", shares, version: Int64(index + 1), before: before, amount: amount,
                    mcc: mcc)
                before += amount
            }
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
        mcc: String
    ) throws -> Decision {
        let plugin = PluginIdentity(plugin: "test@1", digest: "00", configurationVersion: 1)
        let input = SpendInput(
            spendID: spendID, cardID: card, amount: Money(currency: try CurrencyCode("EUR"), minorUnits: amount),
            merchantCategoryCode: mcc, merchantName: "Corner \"Shop\"", merchantCountry: "DE",
            occurredAtMicros: 1_780_000_000_000_000)
        let request = DecisionRequest(
            input: input, preferenceVersion: version,
            weights: try WeightVector(shares.map { (programID: $0.0, parts: $0.1) }), runningTotal: before)
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
                request_hash, decision)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '\\x00', $14)
            """,
            [
                .text(input.cardID), .text(input.spendID), .int8(input.amount.minorUnits),
                .text(input.amount.currency.text), .text(input.merchantCategoryCode), .text(input.merchantName),
                .text(input.merchantCountry),
                .timestamptz(PostgresTimestamp(microsecondsSinceEpoch: input.occurredAtMicros)),
                .int8(decision.preferenceVersion), .text(decision.certificate.weights.canonicalText),
                .int8(decision.certificate.totalBefore), .int8(decision.excludedMinor), .int8(decision.heldMinor),
                .bytea(decision.canonicalBytes()),
            ])
        let legs = decision.legs.map { leg in
            PostgresStatement(
                "insert into legs values ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
                [
                    .text(input.cardID), .text(input.spendID), .text(leg.programID), .int8(leg.amountMinor),
                    .text(leg.earning.map { $0.isPoints ? "points" : "value" } ?? "points"), .int8(leg.earnedMicro),
                    .text(leg.status == .parked ? "parked" : "earned"), .textOrNull(leg.faultReason),
                ])
        }
        return [spend] + legs
    }

    private static let programs = """
        insert into programs (program_id, configuration_version) values ('prg_a', 1), ('prg_b', 1), ('prg_c', 1);
        insert into program_configurations
            select program_id, 1, 'test', '1', '{}', '00', 'op' from programs;
        -- One parked leg was retried since and earned.
        update legs set status = 'earned', earned_micro = 5, reason = null
            where (card_id, spend_id) = ('card_1', 'card_1_0_1') and program_id = 'prg_c';
        """

    private static let positions = """
        insert into positions (card_id, program_id, unit, earned_micro)
            select card_id, program_id, unit, sum(earned_micro) from legs
            where earned_micro > 0 group by 1, 2, 3;
        """

    /// Seven issues of each card with prg_a, one in each status.
    private static let issuances = """
        insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value, sent_currency,
                account, status, cosmo_transaction_id, settled_by)
            select card_id, 'mb-' || card_id || '-' || status, 'prg_a', 'points', 1000000, 1, 'POINTS', '{}', status,
                case when status in ('accepted', 'confirmed', 'mismatched') then 'tx_' || card_id || status end,
                case status when 'confirmed' then 'webhook' when 'parked' then 'refusal' end
            from cards, unnest(array['planned', 'sending', 'accepted', 'confirmed', 'unknown', 'mismatched', 'parked']) status;
        insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value, sent_currency,
                account, status, settled_by)
            select card_id, 'mb-' || card_id || '-by-hand', 'prg_a', 'points', 2000000, 2, 'POINTS', '{}', 'confirmed',
                'operator' from cards;
        update positions set issued_micro = 3000000, in_flight_micro = 4000000, unknown_micro = 1000000
            where program_id = 'prg_a';
        """
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
