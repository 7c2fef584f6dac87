/// The shares of a card's rewards: programs with their parts, in program order and in lowest terms.
///
/// **Guarantees** Programs are sorted by the bytes of their id and appear once; parts are at least 1, have no common
/// divisor and sum to at most 10,000; there are at most 16 programs. Two vectors that mean the same are equal and have
/// the same ``canonicalText``, so it serves as a key.
public struct WeightVector: Sendable, Hashable {
    /// The most programs of one card.
    public static let programCountMax = 16
    /// The largest sum of the parts in lowest terms.
    public static let partsSumMax = 10_000
    /// The longest program id, in bytes.
    public static let programIDBytesMax = 64
    /// No programs: a card without links.
    public static let empty = WeightVector()

    /// The programs, sorted by the bytes of their id.
    public let programIDs: [String]
    /// The parts of each program, in the same order and in lowest terms.
    public let parts: [Int]
    /// The sum of ``parts``: the period after which an apportionment repeats.
    public let partsSum: Int
    /// The vector as text, such as `prg_a:3,prg_b:2`; empty for no programs.
    public let canonicalText: String

    /// How many programs there are.
    public var count: Int { parts.count }
    /// True for a card without links.
    public var isEmpty: Bool { parts.isEmpty }

    /// Makes a vector from shares in any order and in any multiple of their lowest terms.
    ///
    /// **Errors** ``WeightVectorError``, checked in the order of its cases.
    public init(_ shares: [(programID: String, parts: Int)]) throws(WeightVectorError) {
        guard shares.count <= Self.programCountMax else { throw .tooManyPrograms }
        for share in shares {
            guard Self.isValid(programID: share.programID) else { throw .programIDInvalid }
            guard share.parts >= 1 else { throw .partsNotPositive }
        }
        let sorted = shares.sorted { $0.programID.utf8.lexicographicallyPrecedes($1.programID.utf8) }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.programID == right.programID {
            throw .programRepeated
        }
        let divisor = sorted.reduce(0) { Self.greatestCommonDivisor($0, $1.parts) }
        var sum = 0
        for share in sorted {
            let (next, overflow) = sum.addingReportingOverflow(share.parts / divisor)
            guard !overflow, next <= Self.partsSumMax else { throw .partsTooFine }
            sum = next
        }
        self.init(programIDs: sorted.map(\.programID), parts: sorted.map { $0.parts / divisor }, partsSum: sum)
    }

    private init(programIDs: [String] = [], parts: [Int] = [], partsSum: Int = 0) {
        self.programIDs = programIDs
        self.parts = parts
        self.partsSum = partsSum
        self.canonicalText = zip(programIDs, parts).map { "\($0):\($1)" }.joined(separator: ",")
    }

    /// The place of a program in the vector, or nil.
    public func index(of programID: String) -> Int? { programIDs.firstIndex(of: programID) }

    static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// Ids are printable ASCII without the marks of the text form, so that the text reads back unambiguously.
    private static func isValid(programID: String) -> Bool {
        let bytes = programID.utf8
        let marks: [UInt8] = [UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\\")]
        return !bytes.isEmpty && bytes.count <= programIDBytesMax
            && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && !marks.contains($0) }
    }
}

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
