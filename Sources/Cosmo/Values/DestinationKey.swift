import Rewards

/// A card and a program, compared by their bytes as the database does.
public struct DestinationKey: Sendable, Hashable {
    /// The card.
    public let cardID: String
    /// The program, by Cosmo's id.
    public let programID: String

    /// Makes a key.
    public init(cardID: String, programID: String) {
        self.cardID = cardID
        self.programID = programID
    }

    /// Whether all bytes are the same.
    public static func == (left: DestinationKey, right: DestinationKey) -> Bool {
        ExactText(left.cardID) == ExactText(right.cardID) && ExactText(left.programID) == ExactText(right.programID)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(cardID))
        hasher.combine(ExactText(programID))
    }
}
