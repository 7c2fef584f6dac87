/// The key of a position.
///
/// **Guarantees** Keys compare and order by the bytes of card, program and unit: ids that look alike in Unicode are
/// different rows to the database and must not be added up as one. Every transaction locks positions in that order.
public struct PositionKey: Sendable, Hashable, Comparable {
    /// The card.
    public let cardID: String
    /// The program, by Cosmo's id.
    public let programID: String
    /// What the position counts.
    public let unit: RewardUnit

    /// Makes a key.
    public init(cardID: String, programID: String, unit: RewardUnit) {
        self.cardID = cardID
        self.programID = programID
        self.unit = unit
    }

    /// Whether all bytes are the same.
    public static func == (left: PositionKey, right: PositionKey) -> Bool {
        ExactText(left.cardID) == ExactText(right.cardID) && ExactText(left.programID) == ExactText(right.programID)
            && left.unit == right.unit
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(cardID))
        hasher.combine(ExactText(programID))
        hasher.combine(unit)
    }

    /// Orders by card, program, unit.
    public static func < (left: PositionKey, right: PositionKey) -> Bool {
        (ExactText(left.cardID), ExactText(left.programID), left.unit.rawValue)
            < (ExactText(right.cardID), ExactText(right.programID), right.unit.rawValue)
    }
}
