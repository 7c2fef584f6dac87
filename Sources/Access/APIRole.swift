/// How far an API client's key reaches.
package enum APIRole: String, Sendable, Hashable, CaseIterable {
    /// Preferences, spends, refunds and positions, and reads of the wallet: what a card platform needs.
    case platform
    /// Everything, administration included.
    case `operator`

    /// Whether a client of this role may do what asks for `needed`.
    package func reaches(_ needed: APIRole) -> Bool {
        switch (self, needed) {
        case (.operator, _), (.platform, .platform): true
        case (.platform, .operator): false
        }
    }
}
