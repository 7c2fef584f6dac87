/// A small reproducible generator of test inputs (SplitMix64): the same seed gives the same inputs on any machine.
///
/// It is for tests only; nothing in a decision is random.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts from a seed, which a failing test prints.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 to `bound`, small and large ones equally likely: its length in bits is drawn first.
    public mutating func magnitude(upTo bound: Int64) -> Int64 {
        guard bound > 0 else { return 0 }
        let bits = Int.random(in: 0...(64 - bound.leadingZeroBitCount), using: &self)
        let top = bits >= 63 ? bound : min(bound, (1 << Int64(bits)) - 1)
        return Int64.random(in: 0...top, using: &self)
    }
}
