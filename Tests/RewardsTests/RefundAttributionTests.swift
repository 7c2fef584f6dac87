import Rewards
import Testing

@Suite("Which spends a refund is of that names none")
struct RefundAttributionTests {
    private static let day: Int64 = 86_400_000_000
    private static let now: Int64 = 1_700_000_000_000_000

    private static func spend(
        _ id: String, _ amount: Int64, open: Int64? = nil, daysAgo: Int64 = 10, merchant: String = "Corner Shop",
        code: String = "5411", authorization: String? = nil
    ) -> OpenSpend {
        OpenSpend(
            spendID: id, amountMinor: amount, openMinor: open ?? amount, merchantCategoryCode: code,
            merchantName: merchant, occurredAtMicros: now - daysAgo * day, authorizationID: authorization)
    }

    private static func clues(
        _ amount: Int64, merchant: String = "Corner Shop", code: String = "5411", authorization: String? = nil
    ) -> RefundClues {
        RefundClues(
            amountMinor: amount, merchantCategoryCode: code, merchantName: merchant, occurredAtMicros: now,
            authorizationID: authorization)
    }

    struct Golden: Sendable, CustomTestStringConvertible {
        let name: String
        let clues: RefundClues
        let spends: [OpenSpend]
        var policy = AttributionPolicy.standard
        var authorization = RefundAttribution.NamedAuthorization.ofCard
        let outcome: String
        var testDescription: String { name }
    }

    static let golden: [Golden] = [
        Golden(
            name: "an exact link wins over the same merchant and amount",
            clues: clues(500, authorization: "aut_1"),
            spends: [spend("s1", 500, daysAgo: 20), spend("s2", 900, merchant: "Other", authorization: "aut_1")],
            outcome: "EXACT_LINK s2=500"),
        Golden(
            name: "a link over several clearings takes the oldest first, however old",
            clues: clues(700, authorization: "aut_1"),
            spends: [
                spend("s2", 400, daysAgo: 900, authorization: "aut_1"),
                spend("s1", 600, open: 500, daysAgo: 901, authorization: "aut_1"),
            ], outcome: "EXACT_LINK s1=500 s2=200"),
        Golden(
            name: "a link whose clearings are not open enough binds, and nothing else guesses",
            clues: clues(500, authorization: "aut_1"),
            spends: [spend("s1", 500), spend("s2", 500, open: 499, authorization: "aut_1")],
            outcome: "REFUND_LINK_NOT_OPEN_ENOUGH"),
        Golden(
            name: "a link whose clearing is refunded in full binds too",
            clues: clues(500, authorization: "aut_1"),
            spends: [spend("s1", 500), spend("s2", 500, open: 0, authorization: "aut_1")],
            outcome: "REFUND_LINK_NOT_OPEN_ENOUGH"),
        Golden(
            name: "a link that nothing of the card has cleared binds too",
            clues: clues(500, authorization: "aut_9"), spends: [spend("s1", 500, authorization: "aut_1")],
            outcome: "REFUND_LINK_NOT_CLEARED"),
        Golden(
            name: "a link binds on a card without spends",
            clues: clues(500, authorization: "aut_9"), spends: [], outcome: "REFUND_LINK_NOT_CLEARED"),
        Golden(
            name: "a link to no authorisation at all is held by that reason",
            clues: clues(500, authorization: "mistyped"), spends: [spend("s1", 500)], authorization: .unknown,
            outcome: "REFUND_LINK_UNKNOWN"),
        Golden(
            name: "a link to another card's authorisation is held by that reason",
            clues: clues(500, authorization: "aut_9"), spends: [spend("s1", 500)], authorization: .ofAnotherCard,
            outcome: "REFUND_LINK_OF_ANOTHER_CARD"),
        Golden(
            name: "no guess comes before a link, whatever the order of the rules",
            clues: clues(500, authorization: "aut_1"),
            spends: [spend("s1", 500), spend("s2", 500, authorization: "aut_1")],
            policy: AttributionPolicy(rules: [.sameMerchantAndAmount, .proRata, .exactLink]),
            outcome: "EXACT_LINK s2=500"),
        Golden(
            name: "a policy without links does not look at authorisations",
            clues: clues(500, authorization: "aut_9"), spends: [spend("s1", 500)],
            policy: AttributionPolicy(rules: [.sameMerchantAndAmount]), outcome: "SAME_MERCHANT_AND_AMOUNT s1=500"),
        Golden(
            name: "an empty link is no link", clues: clues(500, authorization: ""),
            spends: [spend("s1", 500, authorization: "")], outcome: "SAME_MERCHANT_AND_AMOUNT s1=500"),
        Golden(
            name: "of the same merchant and amount the oldest, and of one instant the first id",
            clues: clues(500), spends: [spend("s3", 500, daysAgo: 5), spend("s2", 500), spend("s1", 500)],
            outcome: "SAME_MERCHANT_AND_AMOUNT s1=500"),
        Golden(
            name: "a spend refunded in part is not of the same amount any more",
            clues: clues(500), spends: [spend("s1", 500, open: 400), spend("s2", 700, daysAgo: 1)],
            outcome: "FIRST_IN_FIRST_OUT s1=400 s2=100"),
        Golden(
            name: "names match without regard to case and spaces",
            clues: clues(500, merchant: " CORNER   shop "),
            spends: [spend("s1", 500), spend("s2", 500, merchant: "Cornershop")],
            outcome: "SAME_MERCHANT_AND_AMOUNT s1=500"),
        Golden(
            name: "an unknown name leaves the category to decide",
            clues: clues(500, merchant: ""), spends: [spend("s1", 500, code: "5812"), spend("s2", 500)],
            outcome: "SAME_MERCHANT_AND_AMOUNT s2=500"),
        Golden(
            name: "first-in-first-out over one merchant leaves younger spends alone",
            clues: clues(800),
            spends: [spend("s1", 300, daysAgo: 30), spend("s2", 600, daysAgo: 20), spend("s3", 900, daysAgo: 10)],
            outcome: "FIRST_IN_FIRST_OUT s1=300 s2=500"),
        Golden(
            name: "a chain under several names is found by its category",
            clues: clues(800, merchant: "Corner Shop 12"),
            spends: [spend("s1", 300, daysAgo: 30), spend("s2", 600, daysAgo: 20), spend("s3", 900, code: "5812")],
            outcome: "FIRST_IN_FIRST_OUT s1=300 s2=500"),
        Golden(
            name: "a spend on the first day of the window counts",
            clues: clues(400), spends: [spend("s1", 500, daysAgo: 120)], outcome: "FIRST_IN_FIRST_OUT s1=400"),
        Golden(
            name: "a spend before the window is left to pro rata",
            clues: clues(400),
            spends: [spend("s1", 500, daysAgo: 121), spend("s2", 300, merchant: "Other", code: "1")],
            outcome: "PRO_RATA s1=250 s2=150"),
        Golden(
            name: "a spend after the refund is never taken",
            clues: clues(400), spends: [spend("s1", 400, daysAgo: -1)], outcome: "REFUND_FITS_NO_SPEND"),
        Golden(
            name: "pro rata gives the odd unit to the largest fraction",
            clues: clues(100, merchant: "Elsewhere", code: ""),
            spends: [spend("s1", 100, daysAgo: 3), spend("s2", 200, daysAgo: 2), spend("s3", 400, daysAgo: 1)],
            outcome: "PRO_RATA s1=14 s2=29 s3=57"),
        Golden(
            name: "among equal fractions the older has the odd unit",
            clues: clues(100, merchant: "Elsewhere", code: ""),
            spends: [spend("s3", 100, daysAgo: 1), spend("s2", 100, daysAgo: 2), spend("s1", 100, daysAgo: 2)],
            outcome: "PRO_RATA s1=34 s2=33 s3=33"),
        Golden(
            name: "more than everything that is open is held",
            clues: clues(501), spends: [spend("s1", 300), spend("s2", 200, merchant: "Other", code: "1")],
            outcome: "REFUND_FITS_NO_SPEND"),
        Golden(name: "a card without spends holds", clues: clues(1), spends: [], outcome: "REFUND_FITS_NO_SPEND"),
        Golden(
            name: "a refund of nothing fits no spend", clues: clues(0), spends: [spend("s1", 300)],
            outcome: "REFUND_FITS_NO_SPEND"),
        Golden(
            name: "a policy without guesses holds", clues: clues(500), spends: [spend("s1", 500)],
            policy: AttributionPolicy(rules: [.exactLink]), outcome: "REFUND_FITS_NO_SPEND"),
        Golden(
            name: "a policy may turn the rules round", clues: clues(100),
            spends: [spend("s1", 100, daysAgo: 2), spend("s2", 300, daysAgo: 1)],
            policy: AttributionPolicy(rules: [.proRata, .sameMerchantAndAmount]), outcome: "PRO_RATA s1=25 s2=75"),
        Golden(
            name: "a window may be shorter", clues: clues(100), spends: [spend("s1", 100, daysAgo: 31)],
            policy: AttributionPolicy(rules: [.sameMerchantAndAmount, .firstInFirstOut], windowDays: 30),
            outcome: "REFUND_FITS_NO_SPEND"),
    ]

    private static func outcome(_ attribution: RefundAttribution) -> String {
        let head = attribution.rule?.rawValue ?? attribution.holdReason?.rawValue ?? "nothing"
        return ([head] + attribution.parts.map { "\($0.spendID)=\($0.amountMinor)" }).joined(separator: " ")
    }

    @Test("golden cases", arguments: golden)
    func goldenCase(golden: Golden) {
        let forward = RefundAttribution(
            golden.clues, candidates: golden.spends, policy: golden.policy, authorization: golden.authorization)
        let backward = RefundAttribution(
            golden.clues, candidates: golden.spends.reversed(), policy: golden.policy,
            authorization: golden.authorization)
        #expect(Self.outcome(forward) == golden.outcome)
        #expect(forward == backward)
    }

    @Test("what was considered is listed rule by rule")
    func document() {
        let attribution = RefundAttribution(
            Self.clues(800),
            candidates: [
                Self.spend("s1", 800, open: 300), Self.spend("s2", 600, daysAgo: 5), Self.spend("s3", 50, open: 0),
                Self.spend("s4", 70, merchant: "Other", code: "5812"), Self.spend("s5", 90, daysAgo: 500),
                Self.spend("s6", 90, daysAgo: -5), Self.spend("s7", 90, daysAgo: 1),
            ])
        #expect(
            attribution.document.canonicalText == """
                [{"basis":"AUTHORIZATION","candidateCount":0,"candidates":[],\
                "leftOut":{"NOTHING_OPEN":1,"OTHER_AUTHORIZATION":6},"outcome":"NO_CANDIDATE","rule":"EXACT_LINK"},\
                {"basis":"MERCHANT","candidateCount":0,"candidates":[],\
                "leftOut":{"AFTER_REFUND":1,"BEFORE_WINDOW":1,"NOTHING_OPEN":1,"OTHER_AMOUNT":3,"OTHER_MERCHANT":1},\
                "outcome":"NO_CANDIDATE","rule":"SAME_MERCHANT_AND_AMOUNT"},\
                {"basis":"MERCHANT","candidateCount":3,"candidates":[{"chosen":300,"open":300,"spend":"s1"},\
                {"chosen":500,"open":600,"spend":"s2"},{"chosen":0,"open":90,"spend":"s7"}],\
                "leftOut":{"AFTER_REFUND":1,"BEFORE_WINDOW":1,"NOTHING_OPEN":1,"OTHER_MERCHANT":1},\
                "outcome":"CHOSEN","rule":"FIRST_IN_FIRST_OUT"}]
                """)
    }

    @Test("a long list is cut to what a page holds, never a spend that was chosen")
    func longDocument() throws {
        let spends = (0..<1000).map {
            Self.spend("s\($0)", 10, daysAgo: 1000 - Int64($0), merchant: "Other", code: "1")
        }
        let all = RefundAttribution(Self.clues(10_000), candidates: spends)
        #expect(all.rule == .proRata)
        #expect(all.document.array?.last?["candidates"]?.array?.count == 1000)
        let none = RefundAttribution(Self.clues(10_001), candidates: spends)
        #expect(none.document.array?.last?["candidates"]?.array?.count == RefundAttribution.listedCandidatesMax)
        #expect(none.document.array?.last?["candidateCount"]?.int64 == 1000)
    }

    @Test(
        "the parts sum to the refund, none is above what is open, and the order of candidates is no matter",
        arguments: 0..<40)
    func properties(round: Int) {
        for step in 0..<25 {
            let seed = UInt64(800_000 + round * 100 + step)
            var random = Seeded(seed)
            let scale: Int64 = random.chance(10) ? Int64.max : 400
            let spends = (0..<random.int(0...12)).map { index in
                let amount = random.int64(1...scale)
                return Self.spend(
                    "s\(index)", amount, open: random.chance(50) ? amount : random.int64(0...amount),
                    daysAgo: random.int64(-2...200), merchant: ["", "A", "B"][random.int(0...2)],
                    code: ["", "1", "2"][random.int(0...2)],
                    authorization: [nil, "x", "y"][random.int(0...2)])
            }
            let picked = spends.isEmpty || random.chance(40) ? nil : spends[random.int(0...(spends.count - 1))]
            let clues = Self.clues(
                picked?.amountMinor ?? random.int64(1...scale), merchant: ["", "A", "B"][random.int(0...2)],
                code: ["", "1", "2"][random.int(0...2)], authorization: [nil, "x", "z"][random.int(0...2)])
            let policy = AttributionPolicy(
                rules: AttributionRule.allCases.shuffled(using: &random).filter { _ in random.chance(80) },
                windowDays: random.int(0...150))
            let attribution = RefundAttribution(clues, candidates: spends, policy: policy)
            let other = RefundAttribution(clues, candidates: spends.shuffled(using: &random), policy: policy)
            #expect(attribution == other, "seed \(seed)")
            #expect((attribution.rule == nil) == (attribution.holdReason != nil), "seed \(seed)")
            guard attribution.rule != nil else {
                #expect(attribution.parts.isEmpty, "seed \(seed)")
                continue
            }
            var rest = clues.amountMinor
            for part in attribution.parts {
                let spend = spends.first { $0.spendID == part.spendID }
                #expect(part.amountMinor > 0 && part.amountMinor <= spend?.openMinor ?? 0, "seed \(seed)")
                rest -= part.amountMinor
            }
            #expect(rest == 0, "seed \(seed) \(attribution.parts) of \(clues.amountMinor)")
            #expect(Set(attribution.parts.map(\.spendID)).count == attribution.parts.count, "seed \(seed)")
        }
    }
}
