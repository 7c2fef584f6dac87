import Logging
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Testing

@testable import Audit

@Suite("Certificates")
struct CertificateTests {
    private static let logger = Logger(label: "audit-tests")

    @Test("the audit's X is the splitter's X, for random vectors and totals up to the largest", arguments: 0..<8)
    func twoWaysToX(_ round: UInt64) throws {
        var random = SplitMix(state: 100 + round)
        for _ in 0..<40 {
            let count = Int(random.next() % 16) + 1
            // Small parts make ties, large ones a long period.
            let limit = round % 2 == 0 ? 9 : UInt64(10_000 / count)
            let weights = try WeightVector(
                (0..<count).map { (programID: "prg_\(10 + $0)", parts: Int(random.next() % limit) + 1) })
            let table = QuotaTable(parts: weights.parts.map(Int64.init))
            let other = try Apportionment(weights)
            for step in 0..<60 {
                let total =
                    switch step % 3 {
                    case 0: Int64(random.next() % UInt64(weights.partsSum * 2 + 1))
                    case 1: Int64(random.next() % (1 << 40))
                    default: Int64(random.next() % (1 << 63))
                    }
                #expect(table.shares(of: total) == (try other.shares(ofTotal: total)), "\(weights) at \(total)")
            }
        }
    }

    @Test("a weight vector's text is read only in its canonical form")
    func weightsText() {
        #expect(WeightsText("prg_a:3,prg_b:2")?.parts == [3, 2])
        #expect(WeightsText("")?.parts == [])
        for text in [
            "prg_b:3,prg_a:2", "prg_a:3,prg_a:2", "prg_a:0", "prg_a", "prg_a:-1", ":1", "prg_a:10001", "prg_a:1,",
            "prg_a:6000,prg_b:4001",
        ] {
            #expect(WeightsText(text) == nil, "\(text)")
        }
    }

    @Test("flipping any digit of a stored decision to any other is found", arguments: [[], [0, 317, 45]] as [[Int64]])
    func everyDigit(fixed: [Int64]) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let sample = try Self.decisions(of: Self.card(0), fixed)[1].canonicalBytes()
            let digits = sample.indices.filter { (0x30...0x39).contains(sample[$0]) }
            let flips = digits.flatMap { place in (1...9).map { (place: place, by: UInt8($0)) } }
            #expect(flips.count > 1000)
            // Names of one length, so that the bytes of all cards' decisions are at the same places.
            try await Self.write(cards: flips.count, fixed, to: pool)
            let before = try await Verify(pool: pool, logger: Self.logger)()
            #expect(before.violations == [])
            let rows = try await pool.query("select card_id, decision from spends where spend_id like '%_2'")
            var changed: [String: [UInt8]] = [:]
            for row in rows {
                let card: String = try row.get("card_id")
                let flip = flips[try #require(Int(card.dropFirst(5)))]
                var bytes: [UInt8] = try row.get("decision")
                bytes[flip.place] = 0x30 + (bytes[flip.place] - 0x30 + flip.by) % 10
                changed[card] = bytes
            }
            let all = changed.sorted { $0.key < $1.key }
            _ = try await pool.query(
                """
                update spends set decision = u.decision from unnest($1::text[], $2::bytea[]) u (card_id, decision)
                where spends.card_id = u.card_id and spend_id like '%_2'
                """, [.textArray(all.map(\.key)), .byteaArray(all.map(\.value))])
            let report = try await Verify(pool: pool, logger: Self.logger, listedPerCheckMax: 20_000)()
            let named = Set(report.violations.compactMap { $0.key["card_id"] })
            let missed = all.map(\.key).filter { !named.contains($0) }.map { card in
                let flip = flips[Int(card.dropFirst(5)) ?? 0]
                let around = sample[max(0, flip.place - 30)..<min(sample.count, flip.place + 10)]
                return "\(String(decoding: around, as: UTF8.self)) +\(flip.by)"
            }
            #expect(missed == [])
        }
    }

    @Test("decisions of programs that refuse, park and share what others refused are clean", arguments: 0..<4)
    func randomRefusals(_ round: UInt64) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            var random = SplitMix(state: 900 + round)
            var statements: [PostgresStatement] = []
            for card in 0..<40 {
                let count = Int(random.next() % 5) + 1
                let shares = (0..<count).map { (programID: "prg_\($0)", parts: Int(random.next() % 7) + 1) }
                let weights = try WeightVector(shares)
                statements += Self.registration(of: "card_\(card)", weights.canonicalText)
                var total: Int64 = 0
                for number in 0..<20 {
                    let amount = Int64(random.next() % (number % 2 == 0 ? 12 : 4000)) + 1
                    let input = SpendInput(
                        spendID: "spend-\(card)-\(number)", cardID: "card_\(card)",
                        purchase: Purchase(
                            amount: Money(currency: try CurrencyCode("EUR"), minorUnits: amount),
                            occurredAtMicros: 1_779_000_000_000_000))
                    let capacities = (0..<count).map { _ in
                        random.next() % 3 == 0 ? Int64.max : Int64(random.next() % UInt64(amount + 1))
                    }
                    let parked = (0..<count).map { _ in random.next() % 8 == 0 }
                    // In half of the rounds programs ask for fixed parts, now and then for more than there is.
                    let fixed = weights.programIDs.map { _ in
                        round % 2 == 0 || random.next() % 2 == 0 ? 0 : Int64(random.next() % 900)
                    }
                    let request = DecisionRequest(
                        input: input, preferenceVersion: 1, weights: weights, runningTotal: total,
                        fallback: FallbackPolicy(noLinks: .hold, refused: random.next() % 2 == 0 ? .hold : .exclude))
                    let decision = try SpendDecision.decide(
                        request, tables: ApportionmentCache(),
                        fixedPart: { (programID, _) throws(LegFault) in
                            weights.index(of: programID).map { fixed[$0] } ?? 0
                        },
                        evaluate: { offer throws(LegFault) in
                            if parked[offer.programIndex] { throw LegFault(reason: "BROKEN", plugin: Self.plugin) }
                            return Self.answer(offer, capacity: capacities[offer.programIndex])
                        })
                    total = decision.certificate.totalAfter
                    statements += Books.rows(of: decision)
                }
                statements.append(Self.runningTotal("card_\(card)", weights.canonicalText, total))
            }
            let all = statements
            _ = try await pool.withTransaction { try await $0.pipeline(all) }
            try await pool.withConnection { connection in
                try await connection.execute(Self.positions + Books.linksOfVersions + Books.digests)
                try await connection.execute(Books.held)
            }
            let report = try await Verify(pool: pool, logger: Self.logger)()
            #expect(report.violations == [])
            #expect(report.checks.first { $0.name == .certificateShares }?.checked == 800)
        }
    }

    // MARK: Books of many cards

    private static let plugin = PluginIdentity(plugin: "test@1", digest: Books.digest, configurationVersion: 1)
    private static let positions = """
        insert into positions (card_id, program_id, unit, earned_micro, plan_at)
        select card_id, program_id, unit, sum(earned_micro), now() from legs where earned_micro > 0 group by 1, 2, 3;
        """

    private static func answer(_ offer: LegOffer, capacity: Int64) -> LegAnswer {
        let accepted = min(offer.shareMinor, capacity)
        let refused = offer.shareMinor - accepted
        return LegAnswer(
            acceptedMinor: accepted, earning: .points(.init(accepted * 1000)),
            adjustments: refused > 0 ? [Adjustment(.refused, reason: "CAP_2", amountMinor: refused)] : [],
            plugin: plugin)
    }

    private static func card(_ number: Int) -> String { "card_" + String(10_000 + number).dropFirst() }

    /// Two spends of a card: prg_a asks for a period, prg_b refuses a part, prg_c is parked.
    ///
    /// - Parameter fixed: the programs' fixed parts, or none.
    private static func decisions(of card: String, _ fixed: [Int64]) throws -> [Decision] {
        let weights = try WeightVector([("prg_a", 3), ("prg_b", 2), ("prg_c", 1)])
        var period = PeriodTotals.zero
        var total: Int64 = 0
        var decisions: [Decision] = []
        for (name, amount) in [("1", Int64(4321)), ("2", 12_345)] {
            let input = SpendInput(
                spendID: "\(card)_\(name)", cardID: card,
                purchase: Purchase(
                    amount: Money(currency: try CurrencyCode("EUR"), minorUnits: amount), merchantCategoryCode: "5411",
                    merchantName: "Shop 24", merchantCountry: "DE", occurredAtMicros: 1_779_000_000_000_000))
            let request = DecisionRequest(
                input: input, preferenceVersion: 1, weights: weights, runningTotal: total, periodTotals: [period])
            let decision = try SpendDecision.decide(
                request, tables: ApportionmentCache(),
                fixedPart: { (programID, _) throws(LegFault) in
                    fixed.isEmpty ? 0 : fixed[weights.index(of: programID) ?? 0]
                },
                evaluate: { offer throws(LegFault) in
                    if offer.programID == "prg_c" { throw LegFault(reason: "BROKEN", plugin: plugin) }
                    return answer(offer, capacity: offer.programID == "prg_b" ? 2000 : .max)
                })
            total = decision.certificate.totalAfter
            if let leg = decision.legs.first {
                period = PeriodTotals(
                    acceptedMinor: period.acceptedMinor + leg.amountMinor,
                    earnedMicro: period.earnedMicro + leg.earnedMicro)
            }
            decisions.append(decision)
        }
        return decisions
    }

    private static func registration(of card: String, _ weights: String) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                insert into cards (card_id, user_id, source_user_id, currency_code, preference_version, request_hash)
                values ($1, 'user', $1, 'EUR', 1, '\\x00')
                """, [.text(card)]),
            PostgresStatement(
                """
                insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
                values ($1, 1, $2, '[]', 'event', '1', now())
                """, [.text(card), .text(weights)]),
        ]
    }

    private static func runningTotal(_ card: String, _ weights: String, _ total: Int64) -> PostgresStatement {
        PostgresStatement(
            "insert into running_totals values ($1, $2, $3)", [.text(card), .text(weights), .int8(total)])
    }

    private static func write(cards: Int, _ fixed: [Int64], to pool: PostgresPool) async throws {
        for first in stride(from: 0, to: cards, by: 200) {
            var statements: [PostgresStatement] = []
            for number in first..<min(first + 200, cards) {
                let card = card(number)
                let decisions = try decisions(of: card, fixed)
                let weights = decisions[0].certificate.weights.canonicalText
                statements += registration(of: card, weights)
                statements += decisions.flatMap(Books.rows)
                statements.append(runningTotal(card, weights, decisions[1].certificate.totalAfter))
                let legs = decisions.compactMap(\.legs.first)
                statements.append(
                    PostgresStatement(
                        "insert into period_totals values ($1, 'prg_a', '2026-05', $2, $3)",
                        [
                            .text(card), .int8(legs.reduce(0) { $0 + $1.amountMinor }),
                            .int8(legs.reduce(0) { $0 + $1.earnedMicro }),
                        ]))
            }
            let all = statements
            _ = try await pool.withTransaction { try await $0.pipeline(all) }
        }
        try await pool.withConnection {
            try await $0.execute(
                positions + Books.linksOfVersions + Books.digests + """
                    insert into programs (program_id, configuration_version)
                    values ('prg_a', 1), ('prg_b', 1), ('prg_c', 1);
                    insert into program_configurations
                    select program_id, 1, 'test', '1', '{}', '\(Books.digest)', 'op' from programs;
                    """)
        }
    }
}
