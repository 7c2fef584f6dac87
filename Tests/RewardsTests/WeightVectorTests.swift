import Rewards
import Testing

@Suite("Weight vectors")
struct WeightVectorTests {
    @Test("shares that mean the same are one vector with one text")
    func canonical() throws {
        let left = try WeightVector([("prg_b", 40), ("prg_a", 60)])
        let right = try WeightVector([("prg_a", 3), ("prg_b", 2)])
        #expect(left == right)
        #expect(left.canonicalText == "prg_a:3,prg_b:2")
        #expect(left.partsSum == 5)
        #expect(try WeightVector(canonicalText: "prg_a:3,prg_b:2") == left)
        #expect(try WeightVector(canonicalText: "") == .empty)
    }

    @Test(
        "text that is not canonical is refused",
        arguments: [
            "prg_a:6,prg_b:4", "prg_b:2,prg_a:3", "prg_a:+3", "prg_a", ":1", "prg_a:3,", ",", "prg_a:03",
            "prg_a:1,prg_a:1",
            "prg a:1", "prg_a:0", "prg_a:-1", "prg_a:99999999999999999999",
        ])
    func refusesOtherText(text: String) {
        #expect(throws: WeightVectorError.self) { try WeightVector(canonicalText: text) }
    }

    @Test(
        "what a card may not have is refused by name",
        arguments: [
            ([("a", 0)], WeightVectorError.partsNotPositive),
            ([("a", -1)], .partsNotPositive),
            ([("a", 1), ("a", 2)], .programRepeated),
            ([("a", 5000), ("b", 5001)], .partsTooFine),
            ([("a", Int.max), ("b", Int.max - 1)], .partsTooFine),
            ([("", 1)], .programIDInvalid),
            ([("a:b", 1)], .programIDInvalid),
            ([("a,b", 1)], .programIDInvalid),
            ([("prögram", 1)], .programIDInvalid),
            ([(String(repeating: "x", count: 65), 1)], .programIDInvalid),
            ((1...17).map { ("p\($0)", 1) }, .tooManyPrograms),
        ] as [([(String, Int)], WeightVectorError)])
    func refuses(shares: [(String, Int)], error: WeightVectorError) {
        #expect(throws: error) { try WeightVector(shares.map { (programID: $0.0, parts: $0.1) }) }
    }

    @Test("the bound on the sum counts after reduction")
    func boundAfterReduction() throws {
        #expect(try WeightVector([("a", 5000), ("b", 5000)]).parts == [1, 1])
        #expect(try WeightVector([("a", 4999), ("b", 5001)]).partsSum == 10_000)
        #expect(try WeightVector([("a", Int.max)]).canonicalText == "a:1")
    }
}
