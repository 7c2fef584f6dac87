import Rewards
import Testing

@Suite("Decisions as stored bytes")
struct DecisionStorageTests {
    private func decision() throws -> Decision {
        let weights = try WeightVector([("prg_a", 3), ("prg_b", 2), ("prg_c", 1)])
        return try SpendDecision.decide(
            try Fixture.request(amount: 1000, weights: weights, runningTotal: 7), tables: ApportionmentCache(),
            evaluate: Programs(capacities: [200, nil, nil], faulty: [2]).answer)
    }

    @Test("a decision has these bytes, now and in every later release")
    func goldenBytes() throws {
        let golden =
            #"{"certificate":{"after":1007,"before":7,"shares":[500,334,166],"weights":"prg_a:3,prg_b:2,prg_c:1"},"#
            + #""excluded":0,"fallback":{"noLinks":"HOLD","refused":"EXCLUDE"},"format":1,"held":0,"#
            + #""input":{"amount":1000,"attributes":{"a":"ü","tier":"gold"},"card":"crd_1","country":"DE","#
            + #""currency":"EUR","#
            + #""mcc":"5411","merchant":"Corner \"Shop\"\n","occurredAtMicros":1700000000000000,"spend":"spd_1"},"#
            + #""legs":[{"adjustments":[{"amount":300,"effect":"REFUSED","reason":"FULL"}],"amount":200,"#
            + #""earning":{"microPoints":200},"offered":500,"periodTotals":{"accepted":5,"earned":6},"#
            + #""plugin":{"configurationVersion":7,"digest":"d1","name":"fixture@1"},"program":"prg_a","#
            + #""status":"EARNED"},"#
            + #"{"adjustments":[],"amount":634,"earning":{"microPoints":634},"offered":634,"#
            + #""plugin":{"configurationVersion":7,"digest":"d1","name":"fixture@1"},"program":"prg_b","#
            + #""status":"EARNED"},"#
            + #"{"adjustments":[],"amount":166,"fault":"FIXTURE_FAILED","offered":166,"#
            + #""plugin":{"configurationVersion":7,"digest":"d1","name":"fixture@1"},"program":"prg_c","#
            + #""status":"PARKED"}],"#
            + #""preferenceVersion":3}"#
        #expect(String(decoding: try decision().canonicalBytes(), as: UTF8.self) == golden)
    }

    private func decisionWithFixedPart() throws -> Decision {
        let weights = try WeightVector([("prg_a", 3), ("prg_b", 2)])
        var programs = Programs(capacities: [nil, nil])
        programs.fixed = [0, 100]
        return try SpendDecision.decide(
            try Fixture.request(amount: 600, weights: weights, runningTotal: 7), tables: ApportionmentCache(),
            fixedPart: programs.fixedPart(weights), evaluate: programs.answer)
    }

    @Test("a decision with a fixed part is of format 2 and has these bytes, now and in every later release")
    func goldenFixedPart() throws {
        let golden =
            #"{"certificate":{"after":507,"before":7,"fixed":[0,100],"shares":[300,200],"weights":"prg_a:3,prg_b:2"},"#
            + #""excluded":0,"fallback":{"noLinks":"HOLD","refused":"EXCLUDE"},"format":2,"held":0,"#
            + #""input":{"amount":600,"attributes":{"a":"ü","tier":"gold"},"card":"crd_1","country":"DE","#
            + #""currency":"EUR","#
            + #""mcc":"5411","merchant":"Corner \"Shop\"\n","occurredAtMicros":1700000000000000,"spend":"spd_1"},"#
            + #""legs":[{"adjustments":[],"amount":300,"earning":{"microPoints":300},"offered":300,"#
            + #""periodTotals":{"accepted":5,"earned":6},"#
            + #""plugin":{"configurationVersion":7,"digest":"d1","name":"fixture@1"},"program":"prg_a","#
            + #""status":"EARNED"},"#
            + #"{"adjustments":[],"amount":300,"earning":{"microPoints":300},"offered":300,"#
            + #""plugin":{"configurationVersion":7,"digest":"d1","name":"fixture@1"},"program":"prg_b","#
            + #""status":"EARNED"}],"#
            + #""preferenceVersion":3}"#
        let bytes = try decisionWithFixedPart().canonicalBytes()
        #expect(String(decoding: bytes, as: UTF8.self) == golden)
        #expect(try JSONValue(parsing: bytes).canonicalBytes == bytes)
        #expect(try Decision(canonicalBytes: bytes) == decisionWithFixedPart())
    }

    @Test("changing a fixed part, its format or what it left to apportion is caught by reading or by the check")
    func tamperingWithFixedParts() throws {
        let text = String(decoding: try decisionWithFixedPart().canonicalBytes(), as: UTF8.self)
        let altered = [
            ("[0,100]", "[100,0]"), ("[0,100]", "[0,101]"), ("[0,100]", "[1,100]"), ("[0,100]", "[-1,101]"),
            ("[0,100]", "[0,100,0]"), ("[0,100]", "[100]"), ("[0,100]", "[]"), ("[0,100]", "[0,0]"),
            ("[0,100]", "[0,601]"), (#""fixed":[0,100],"#, ""), (#""format":2"#, #""format":1"#),
            (#""format":2"#, #""format":3"#), (#""after":507"#, #""after":607"#),
            ("[300,200]", "[360,240]"),
        ]
        for (from, to) in altered {
            let parts = text.split(separator: from, maxSplits: 1, omittingEmptySubsequences: false)
            try #require(parts.count == 2, "\(from)")
            let bytes = Array((parts[0] + to + parts[1]).utf8)
            #expect(throws: (any Error).self, "\(from) to \(to)") {
                let decision = try Decision(canonicalBytes: bytes)
                try decision.check()
                // A fixed part that is another program's fits the sums; only the legs that should follow from it do
                // not.
                let programs = Programs(capacities: [nil, nil])
                _ = try PinnedDecision(decision).takeback(
                    refundedBefore: 0, refundedAfter: 1, tables: ApportionmentCache(), evaluate: programs.answer)
            }
        }
    }

    @Test("bytes read back to the same decision, whose replay gives the same bytes")
    func replay() throws {
        let bytes = try decision().canonicalBytes()
        let stored = try Decision(canonicalBytes: bytes)
        let replayed = try SpendDecision.decide(
            stored.request, tables: ApportionmentCache(),
            evaluate: Programs(capacities: [200, nil, nil], faulty: [2]).answer)
        #expect(replayed.canonicalBytes() == bytes)
    }

    @Test("the bytes are JSON in canonical form")
    func canonicalForm() throws {
        let bytes = try decision().canonicalBytes()
        #expect(try JSONValue(parsing: bytes).canonicalBytes == bytes)
    }

    @Test("changing any one amount of the split is caught by reading or by the check")
    func tampering() throws {
        let text = String(decoding: try decision().canonicalBytes(), as: UTF8.self)
        let altered = [
            (#""after":1007"#, #""after":1008"#), (#""before":7"#, #""before":8"#), ("[500,334,166]", "[501,333,166]"),
            ("[500,334,166]", "[501,334,166]"), (#""excluded":0"#, #""excluded":1"#), (#""held":0"#, #""held":1"#),
            (#""amount":634"#, #""amount":635"#), (#""amount":634"#, #""amount":-634"#),
            (#""amount":1000"#, #""amount":999"#),
            (#""weights":"prg_a:3"#, #""weights":"prg_a:6"#), (#""program":"prg_b""#, #""program":"prg_x""#),
            (#""program":"prg_b""#, #""program":"prg_a""#), (#""status":"PARKED""#, #""status":"EARNED""#),
            (#""format":1"#, #""format":2"#), (#""held":0"#, #""held": 0"#), (#""held":0"#, #""held":0,"more":1"#),
            (#""microPoints":634"#, #""microPoints":-1"#), (#""currency":"EUR""#, #""currency":"EUX""#),
        ]
        for (from, to) in altered {
            let parts = text.split(separator: from, maxSplits: 1, omittingEmptySubsequences: false)
            try #require(parts.count == 2, "\(from)")
            let bytes = Array((parts[0] + to + parts[1]).utf8)
            #expect(throws: (any Error).self, "\(from) to \(to)") {
                let decision = try Decision(canonicalBytes: bytes)
                try decision.check()
                // What is left is a fair-looking split that is not this total's: only apportioning again finds it.
                let shares = try Apportionment(decision.certificate.weights).legs(
                    runningTotal: decision.certificate.totalBefore, amount: decision.input.purchase.amount.minorUnits)
                if shares != decision.certificate.shares { throw DecisionDefect.certificateWrong }
            }
        }
    }

    @Test("bytes that are no decision are refused by kind")
    func refusals() {
        #expect(throws: DecisionDecodingError.notJSON) { try Decision(canonicalBytes: Array("{".utf8)) }
        #expect(throws: DecisionDecodingError.unknownFormat) { try Decision(canonicalBytes: Array("{}".utf8)) }
        #expect(throws: DecisionDecodingError.notCanonical) {
            try Decision(canonicalBytes: Array(#"{"format":1}"#.utf8))
        }
    }
}
