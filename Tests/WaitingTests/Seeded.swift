/// A reproducible generator (SplitMix64); tests print its seed when they fail.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func int64(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { int(1...100) <= percent }

    /// A random vector: few or many programs, tiny, percent-like or fine parts.
    mutating func weights(programsMax: Int = 16) throws -> [(programID: String, parts: Int)] {
        let count = int(1...programsMax)
        let partMax = [3, 20, 10_000 / count][int(0...2)]
        return (0..<count).map { ("prg_\(Character(UnicodeScalar(UInt8(97 + $0))))", int(1...max(partMax, 1))) }
            .shuffled(
                using: &self)
    }
}
