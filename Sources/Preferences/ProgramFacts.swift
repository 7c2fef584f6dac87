public import PostgreSQL

/// What this room needs to know of programs; composition fills it from the room that has the catalogue.
public struct ProgramFacts: Sendable {
    /// Whether the catalogue has a program.
    public let isKnown: @Sendable (_ programID: String) -> Bool
    /// The names of the fields a program requires in an account; nil when the catalogue does not say.
    public let requiredFields: @Sendable (_ programID: String) -> [String]?

    /// Whether a program pays into the house's own wallet, to the card's user: its links need no account, and nobody is
    /// asked about one.
    public let paysIntoWallet: @Sendable (_ programID: String) -> Bool

    /// Makes the facts.
    public init(
        isKnown: @escaping @Sendable (_ programID: String) -> Bool,
        requiredFields: @escaping @Sendable (_ programID: String) -> [String]?,
        paysIntoWallet: @escaping @Sendable (_ programID: String) -> Bool = { _ in false }
    ) {
        self.isKnown = isKnown
        self.requiredFields = requiredFields
        self.paysIntoWallet = paysIntoWallet
    }
}
