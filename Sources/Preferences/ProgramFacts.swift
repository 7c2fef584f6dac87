import PostgreSQL

/// What this room needs to know of programs; composition fills it from the room that has the catalogue.
package struct ProgramFacts: Sendable {
    /// Whether the catalogue has a program.
    package let isKnown: @Sendable (_ programID: String) -> Bool
    /// The names of the fields a program requires in an account; nil when the catalogue does not say.
    package let requiredFields: @Sendable (_ programID: String) -> [String]?

    /// Whether a program pays into the issuer's own wallet, to the card's user: its links need no account, and nobody
    /// is asked about one.
    package let paysIntoWallet: @Sendable (_ programID: String) -> Bool

    /// Makes the facts.
    package init(
        isKnown: @escaping @Sendable (_ programID: String) -> Bool,
        requiredFields: @escaping @Sendable (_ programID: String) -> [String]?,
        paysIntoWallet: @escaping @Sendable (_ programID: String) -> Bool = { _ in false }
    ) {
        self.isKnown = isKnown
        self.requiredFields = requiredFields
        self.paysIntoWallet = paysIntoWallet
    }
}
