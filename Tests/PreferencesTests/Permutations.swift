/// Every order of a few elements (Heap's algorithm).
enum Permutations {
    static func each<T>(_ elements: [T], _ body: ([T]) -> Void) {
        var elements = elements
        permute(&elements, elements.count, body)
    }

    static func all<T>(_ elements: [T]) -> [[T]] {
        var orders: [[T]] = []
        each(elements) { orders.append($0) }
        return orders
    }

    private static func permute<T>(_ elements: inout [T], _ count: Int, _ body: ([T]) -> Void) {
        guard count > 1 else { return body(elements) }
        for index in 0..<count {
            permute(&elements, count - 1, body)
            if index < count - 1 { elements.swapAt(count.isMultiple(of: 2) ? index : 0, count - 1) }
        }
    }
}

/// A generator that a seed repeats (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
