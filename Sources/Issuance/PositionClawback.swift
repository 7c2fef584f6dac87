/// What a refund takes from a position, or an undone refund gives back.
public struct PositionClawback: Sendable, Hashable {
    /// The position it is taken from.
    public let key: PositionKey
    /// How much, in millionths of the unit; below zero it is given back.
    public let micro: Int64

    /// Makes a claw-back.
    public init(cardID: String, programID: String, unit: PositionUnit, micro: Int64) {
        self.key = PositionKey(cardID: cardID, programID: programID, unit: unit)
        self.micro = micro
    }
}
