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
