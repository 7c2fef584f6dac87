/// The issuer's rule for what no program takes.
public struct FallbackPolicy: Sendable, Hashable {
    /// Hold what a card without links spends, exclude what every program refuses.
    public static let standard = FallbackPolicy(noLinks: .hold, refused: .exclude)

    /// For a card without links.
    public let noLinks: Fallback
    /// For what every linked program refuses.
    public let refused: Fallback
    /// The issuer's own program; nil when neither fallback is ``Fallback/wallet``.
    public let ownProgramID: String?

    /// Makes a policy.
    ///
    /// - Parameter ownProgramID: the program that ``Fallback/wallet`` means; passed over when neither fallback is
    ///   that. A wallet without a program excludes.
    public init(noLinks: Fallback, refused: Fallback, ownProgramID: String? = nil) {
        self.noLinks = noLinks
        self.refused = refused
        self.ownProgramID = noLinks == .wallet || refused == .wallet ? ownProgramID : nil
    }

    /// The program that is offered what the linked programs leave of a spend, or nil when that is held or excluded.
    ///
    /// An own program that is linked has already answered as a linked program, and is not asked twice.
    public func ownProgram(beside weights: WeightVector) -> String? {
        guard fallback(under: weights) == .wallet, let ownProgramID, weights.index(of: ownProgramID) == nil else {
            return nil
        }
        return ownProgramID
    }

    /// The same for what was held before: what every program refuses once more is excluded, so that it is held only
    /// once.
    public var afterHolding: FallbackPolicy {
        FallbackPolicy(
            noLinks: noLinks, refused: refused == .hold ? .exclude : refused, ownProgramID: ownProgramID)
    }

    /// Every program that may be asked about a spend: those of the weights in their order, then the issuer's own.
    public func programIDs(beside weights: WeightVector) -> [String] {
        ownProgram(beside: weights).map { weights.programIDs + [$0] } ?? weights.programIDs
    }

    /// The fallback for a spend under these weights.
    public func fallback(under weights: WeightVector) -> Fallback { weights.isEmpty ? noLinks : refused }

    /// Whether the wallet has a program wherever it is meant.
    var isComplete: Bool { noLinks != .wallet && refused != .wallet || ownProgramID != nil }
}
