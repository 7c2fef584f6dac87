extension WeightVector {
    /// Reads back what ``canonicalText`` wrote, and nothing else.
    ///
    /// **Errors** ``WeightVectorError/textNotCanonical`` for any text that is not byte for byte the canonical form.
    public init(canonicalText text: String) throws(WeightVectorError) {
        var shares: [(programID: String, parts: Int)] = []
        for item in text.split(separator: ",", maxSplits: Self.programCountMax, omittingEmptySubsequences: false)
        where !text.isEmpty {
            guard let colon = item.utf8.lastIndex(of: UInt8(ascii: ":")),
                let parts = Int(item[item.utf8.index(after: colon)...])
            else { throw .textNotCanonical }
            shares.append((String(item[..<colon]), parts))
        }
        try self.init(shares)
        guard canonicalText == text else { throw .textNotCanonical }
    }
}

extension WeightVector: CustomStringConvertible {
    /// The canonical text.
    public var description: String { canonicalText }
}
