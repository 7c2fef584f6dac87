import Rewards

/// A card and a program, compared by their bytes as the database does.
package struct DestinationKey: Sendable, Hashable {
    /// The card.
    package let cardID: String
    /// The program, by Cosmo's id.
    package let programID: String

    /// Makes a key.
    package init(cardID: String, programID: String) {
        self.cardID = cardID
        self.programID = programID
    }

    /// Whether all bytes are the same.
    package static func == (left: DestinationKey, right: DestinationKey) -> Bool {
        ExactText(left.cardID) == ExactText(right.cardID) && ExactText(left.programID) == ExactText(right.programID)
    }

    /// Hashes the bytes.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(cardID))
        hasher.combine(ExactText(programID))
    }
}
