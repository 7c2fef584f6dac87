import Foundation

/// Random numbers that a seed repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A new seed each run, or the one in `MULTIBRAND_TEST_SEED`.
    static func fresh() -> SeededGenerator {
        let named = ProcessInfo.processInfo.environment["MULTIBRAND_TEST_SEED"].flatMap { UInt64($0) }
        return SeededGenerator(seed: named ?? UInt64.random(in: 0..<1_000_000_000))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
