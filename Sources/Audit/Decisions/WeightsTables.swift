/// The weight vectors in use with their tables, bounded in number.
struct WeightsTables {
    /// A vector that could be read, with X.
    final class Entry {
        let weights: WeightsText
        let table: QuotaTable

        init(_ weights: WeightsText) {
            self.weights = weights
            self.table = QuotaTable(parts: weights.parts)
        }
    }

    /// A table of 10,000 units and 16 programs takes 20 kB.
    private static let entriesMax = 512
    private var entries: [String: Entry?] = [:]

    /// Nil for a text that is no vector, and for the empty vector, which apportions nothing.
    mutating func entry(_ text: String) -> Entry? {
        if let known = entries[text] { return known }
        if entries.count >= Self.entriesMax { entries.removeAll(keepingCapacity: true) }
        let entry = WeightsText(text).flatMap { $0.parts.isEmpty ? nil : Entry($0) }
        entries[text] = .some(entry)
        return entry
    }
}
