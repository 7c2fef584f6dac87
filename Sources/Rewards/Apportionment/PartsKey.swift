import Synchronization

/// Up to 16 parts of 16 bits each, packed so that hashing costs four words.
struct PartsKey: Hashable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init(_ parts: [Int]) {
        // Parts are at least 1, so vectors of different lengths differ in a lane.
        for (index, part) in parts.enumerated() {
            let lane = UInt64(truncatingIfNeeded: part) << UInt64(16 * (index % 4))
            switch index / 4 {
            case 0: words.0 |= lane
            case 1: words.1 |= lane
            case 2: words.2 |= lane
            default: words.3 |= lane
            }
        }
    }

    static func == (lhs: PartsKey, rhs: PartsKey) -> Bool { lhs.words == rhs.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
