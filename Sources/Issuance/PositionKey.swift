/// What a position counts: points of a program, or value that the program converts itself.
public enum PositionUnit: String, Sendable, Hashable, CaseIterable {
    /// Points; quantities are in millionths of a point.
    case points
    /// Value in the card's currency; quantities are in millionths of a minor unit.
    case value
}

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
    public let unit: PositionUnit

    /// Makes a key.
    public init(cardID: String, programID: String, unit: PositionUnit) {
        self.cardID = cardID
        self.programID = programID
        self.unit = unit
    }

    /// Whether all bytes are the same.
    public static func == (left: PositionKey, right: PositionKey) -> Bool {
        left.cardID.hasSameBytes(as: right.cardID) && left.programID.hasSameBytes(as: right.programID)
            && left.unit == right.unit
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        cardID.hashBytes(into: &hasher)
        programID.hashBytes(into: &hasher)
        hasher.combine(unit)
    }

    /// Orders by card, program, unit.
    public static func < (left: PositionKey, right: PositionKey) -> Bool {
        if !left.cardID.hasSameBytes(as: right.cardID) {
            return left.cardID.utf8.lexicographicallyPrecedes(right.cardID.utf8)
        }
        if !left.programID.hasSameBytes(as: right.programID) {
            return left.programID.utf8.lexicographicallyPrecedes(right.programID.utf8)
        }
        return left.unit.rawValue < right.unit.rawValue
    }
}

extension String {
    /// Whether two texts are the same to the database, which knows no Unicode equivalence.
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Hashes the bytes, to go with `hasSameBytes`.
    func hashBytes(into hasher: inout Hasher) {
        var text = self
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
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
