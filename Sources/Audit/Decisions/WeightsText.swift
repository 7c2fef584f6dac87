/// A weight vector as its column holds it, `prg_a:3,prg_b:2`, read without the code that wrote it.
struct WeightsText: Equatable {
    let programIDs: [String]
    let parts: [Int64]
    let partsSum: Int64

    /// Nil for anything but up to 16 programs in the order of their bytes with positive parts that sum to at most
    /// 10,000; the empty text is a card without links.
    init?(_ text: String) {
        var programIDs: [String] = []
        var parts: [Int64] = []
        for item in text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = item.split(separator: ":", omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty, let part = Int64(sides[1]), part > 0, part <= 10_000 else {
                return nil
            }
            if let last = programIDs.last, !last.utf8.lexicographicallyPrecedes(sides[0].utf8) { return nil }
            programIDs.append(String(sides[0]))
            parts.append(part)
        }
        let sum = parts.reduce(0, +)
        guard parts.count <= 16, sum <= 10_000 else { return nil }
        self.programIDs = programIDs
        self.parts = parts
        self.partsSum = sum
    }
}
