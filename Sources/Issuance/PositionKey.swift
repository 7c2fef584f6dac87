/// What a position counts: points of a program, or value that the program converts itself.
public enum PositionUnit: String, Sendable, Hashable, CaseIterable {
    /// Points; quantities are in millionths of a point.
    case points
    /// Value in the card's currency; quantities are in millionths of a minor unit.
    case value
}

/// The key of a position.
///
/// **Guarantees** Keys order by card, program and unit as bytes; every transaction locks positions in that order.
public struct PositionKey: Sendable, Hashable, Comparable {
    /// The card.
    public let cardID: String
    /// The program, by Cosmo's id.
    public let programID: String
    /// What the position counts.
    public let unit: PositionUnit

    /// Makes a key.
    public init(cardID: String, programID: String, unit: PositionUnit) {
        self.cardID = cardID
        self.programID = programID
        self.unit = unit
    }

    /// Orders by card, program, unit.
    public static func < (left: PositionKey, right: PositionKey) -> Bool {
        (left.cardID, left.programID, left.unit.rawValue) < (right.cardID, right.programID, right.unit.rawValue)
    }
}

/// What a spend's leg adds to a position.
public struct PositionEarning: Sendable, Hashable {
    /// The position it adds to.
    public let key: PositionKey
    /// How much, in millionths of the unit; not negative.
    public let micro: Int64

    /// Makes an earning.
    public init(cardID: String, programID: String, unit: PositionUnit, micro: Int64) {
        self.key = PositionKey(cardID: cardID, programID: programID, unit: unit)
        self.micro = micro
    }
}
