import Logging
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Testing

@testable import Audit

@Suite("The issuer's own leg under verify")
struct OwnProgramAuditTests {
    private static let logger = Logger(label: "audit-tests")
    private static let plugin = PluginIdentity(plugin: "test@1", digest: Books.digest, configurationVersion: 1)
    private static let ownProgram = "prg_own"
    private static let wallet = FallbackPolicy(noLinks: .wallet, refused: .wallet, ownProgramID: ownProgram)

    @Test(
        "decisions that offer the issuer's own program what linked programs leave, and cards without links, are clean",
        arguments: 0..<4)
    func clean(_ round: UInt64) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            var random = SplitMix(state: 1700 + round)
            var statements: [PostgresStatement] = []
            for number in 0..<40 {
                let count = Int(random.next() % 4)
                let names =
                    count > 0 && random.next() % 4 == 0 ? ["prg_a", Self.ownProgram] : ["prg_a", "prg_b", "prg_c"]
                let weights = try WeightVector(
                    names.prefix(count).map { (programID: $0, parts: Int(random.next() % 7) + 1) })
                let card = "card_\(number)"
                statements += Self.registration(of: card, weights)
                var total: Int64 = 0
                for spend in 0..<20 {
                    let amount = Int64(random.next() % (spend % 2 == 0 ? 12 : 4000)) + 1
                    let capacities = (0...weights.count).map { _ in
                        random.next() % 5 == 0 ? Int64.max : Int64(random.next() % UInt64(amount / 2 + 1))
                    }
                    let parked = (0...weights.count).map { _ in random.next() % 8 == 0 }
                    let decision = try Self.decide(
                        card, "spend-\(number)-\(spend)", amount, weights, total, Self.wallet
                    ) { offer throws(LegFault) in
                        if parked[offer.programIndex] { throw LegFault(reason: "BROKEN", plugin: Self.plugin) }
                        return Self.answer(offer, capacity: capacities[offer.programIndex])
                    }
                    total = decision.certificate.totalAfter
                    statements += Books.rows(of: decision)
                }
                if !weights.isEmpty {
                    statements.append(
                        PostgresStatement(
                            "insert into running_totals values ($1, $2, $3)",
                            [.text(card), .text(weights.canonicalText), .int8(total)]))
                }
            }
            try await Self.write(statements, to: pool)
            let legs: Int64 = try await pool.query(
                "select count(*) from legs where program_id = $1", [.text(Self.ownProgram)])[0].value()
            #expect(legs > 200)
            let report = try await Verify(pool: pool, logger: Self.logger)()
            #expect(report.violations == [])
        }
    }

    @Test("flipping any digit of a decision with an own program's leg is found", arguments: ["", "prg_a:3,prg_b:2"])
    func everyDigit(weightsText: String) async throws {
        let weights = try WeightVector(canonicalText: weightsText)
        func decision(_ number: Int) throws -> Decision {
            let card = "card_" + String(10_000 + number)
            return try Self.decide(card, "\(card)_1", 4321, weights, 0, Self.wallet) { offer throws(LegFault) in
                Self.answer(offer, capacity: offer.programID == Self.ownProgram ? 2345 : 123)
            }
        }
        let sample = try decision(0).canonicalBytes()
        let digits = sample.indices.filter { (0x30...0x39).contains(sample[$0]) }
        let flips = digits.flatMap { place in (1...9).map { (place: place, by: UInt8($0)) } }
        try await TestDatabase.withDatabase { pool, _ in
            var statements: [PostgresStatement] = []
            for number in flips.indices {
                let decision = try decision(number)
                statements += Self.registration(of: decision.input.cardID, weights)
                statements += Books.rows(of: decision)
                if !weights.isEmpty {
                    statements.append(
                        PostgresStatement(
                            "insert into running_totals values ($1, $2, 4321)",
                            [.text(decision.input.cardID), .text(weightsText)]))
                }
            }
            try await Self.write(statements, to: pool)
            let before = try await Verify(pool: pool, logger: Self.logger)()
            #expect(before.violations == [])
            var cards: [String] = []
            var altered: [[UInt8]] = []
            for (number, flip) in flips.enumerated() {
                let decision = try decision(number)
                var bytes = decision.canonicalBytes()
                bytes[flip.place] = 0x30 + (bytes[flip.place] - 0x30 + flip.by) % 10
                cards.append(decision.input.cardID)
                altered.append(bytes)
            }
            _ = try await pool.query(
                """
                update spends set decision = u.decision from unnest($1::text[], $2::bytea[]) u (card_id, decision)
                where spends.card_id = u.card_id
                """, [.textArray(cards), .byteaArray(altered)])
            let report = try await Verify(pool: pool, logger: Self.logger, listedPerCheckMax: 20_000)()
            let named = Set(report.violations.compactMap { $0.key["card_id"] })
            let missed = flips.indices.filter { !named.contains(cards[$0]) }.map { number in
                let (place, bytes) = (flips[number].place, altered[number])
                return String(decoding: bytes[max(0, place - 30)..<min(bytes.count, place + 10)], as: UTF8.self)
            }
            #expect(missed == [])
        }
    }

    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: VerifyCheck
        let tell: @Sendable (Decision) -> Decision
    }

    static let lies = [
        Lie(testDescription: "an own program that was not asked", check: .remainderRule) {
            changed($0, legs: [], excluded: 1000, rule: .noLinks)
        },
        Lie(testDescription: "an own program asked about less than was left", check: .legOffer) {
            changed($0, legs: [leg($0.legs[0], offered: 600, amount: 600)], excluded: 400, rule: .noLinks)
        },
        Lie(testDescription: "a leg of another program outside the weights", check: .legOffer) {
            changed($0, legs: [leg($0.legs[0], program: "prg_x", offered: 1000, amount: 1000)])
        },
        Lie(testDescription: "an own program's leg where the policy excludes", check: .legOffer) {
            changed($0, fallback: FallbackPolicy(noLinks: .exclude, refused: .wallet, ownProgramID: ownProgram))
        },
        Lie(testDescription: "a refusal that names no rule", check: .legOffer) {
            changed($0, legs: [leg($0.legs[0], offered: 1000, amount: 600)], excluded: 400, rule: .noLinks)
        },
    ]

    @Test("a decision that says otherwise than its policy is named", arguments: lies)
    func named(lie: Lie) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let sound = try Self.decide("card", "spend", 1000, .empty, 0, Self.wallet) { offer throws(LegFault) in
                Self.answer(offer, capacity: .max)
            }
            let altered = lie.tell(sound)
            #expect(throws: (any Error).self) {
                try altered.check()
                // The core leaves an answer's adjustments to verify.
                if altered.legs.first?.adjustments.isEmpty == true, altered.excludedMinor > 0 {
                    throw DecisionDefect.legInconsistent
                }
            }
            try await Self.write(Self.registration(of: "card", .empty) + Books.rows(of: altered), to: pool)
            let report = try await Verify(pool: pool, logger: Self.logger)()
            #expect(report.violations.contains { $0.check == lie.check && $0.key["card_id"] == "card" })
        }
    }

    // MARK: decisions and rows

    private static func decide(
        _ card: String, _ spendID: String, _ amount: Int64, _ weights: WeightVector, _ total: Int64,
        _ fallback: FallbackPolicy, evaluate: (LegOffer) throws(LegFault) -> LegAnswer
    ) throws -> Decision {
        try SpendDecision.decide(
            DecisionRequest(
                input: SpendInput(
                    spendID: spendID, cardID: card,
                    purchase: Purchase(
                        amount: Money(currency: try CurrencyCode("EUR"), minorUnits: amount),
                        occurredAtMicros: 1_779_000_000_000_000)),
                preferenceVersion: weights.isEmpty ? 0 : 1, weights: weights, runningTotal: total, fallback: fallback),
            tables: ApportionmentCache(), evaluate: evaluate)
    }

    private static func answer(_ offer: LegOffer, capacity: Int64) -> LegAnswer {
        let accepted = min(offer.shareMinor, capacity)
        let refused = offer.shareMinor - accepted
        return LegAnswer(
            acceptedMinor: accepted, earning: .points(.init(accepted * 1000)),
            adjustments: refused > 0 ? [Adjustment(.refused, reason: "CAP", amountMinor: refused)] : [],
            plugin: plugin)
    }

    private static func changed(
        _ decision: Decision, fallback: FallbackPolicy? = nil, legs: [Leg]? = nil, excluded: Int64 = 0,
        rule: RemainderRule? = nil
    ) -> Decision {
        Decision(
            input: decision.input, preferenceVersion: decision.preferenceVersion,
            fallback: fallback ?? decision.fallback, certificate: decision.certificate, legs: legs ?? decision.legs,
            excludedMinor: excluded, heldMinor: 0, remainderRule: rule)
    }

    private static func leg(_ leg: Leg, program: String? = nil, offered: Int64, amount: Int64) -> Leg {
        Leg(
            programID: program ?? leg.programID, status: leg.status, offeredMinor: offered, amountMinor: amount,
            earning: leg.earning, faultReason: nil, adjustments: [], plugin: leg.plugin, periodTotals: nil)
    }

    private static func registration(of card: String, _ weights: WeightVector) -> [PostgresStatement] {
        let card = PostgresValue.text(card)
        let version = PostgresStatement(
            """
            insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
            values ($1, 1, $2, '[]', 'event', '1', now())
            """, [card, .text(weights.canonicalText)])
        return [
            PostgresStatement(
                """
                insert into cards (card_id, user_id, source_user_id, currency_code, preference_version, request_hash)
                values ($1, 'user', $1, 'EUR', $2, '\\x00')
                """, [card, .int8(weights.isEmpty ? 0 : 1)])
        ] + (weights.isEmpty ? [] : [version])
    }

    private static func write(_ statements: [PostgresStatement], to pool: PostgresPool) async throws {
        for first in stride(from: 0, to: statements.count, by: 800) {
            let some = Array(statements[first..<min(first + 800, statements.count)])
            _ = try await pool.withTransaction { try await $0.pipeline(some) }
        }
        try await pool.withConnection {
            try await $0.execute(
                """
                \(Books.linksOfVersions)
                \(Books.digests)
                insert into positions (card_id, program_id, unit, earned_micro, plan_at)
                select card_id, program_id, unit, sum(earned_micro), now() from legs where earned_micro > 0 group by \
                1, 2, 3;
                insert into programs (program_id, configuration_version)
                values ('prg_a', 1), ('prg_b', 1), ('prg_c', 1), ('prg_own', 1);
                insert into program_configurations
                select program_id, 1, 'test', '1', '{}', '\(Books.digest)', 'op' from programs;
                """)
        }
    }
}
