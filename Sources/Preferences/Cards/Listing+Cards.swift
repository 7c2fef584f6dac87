import Rewards

extension Listing {
    /// The card that a page of cards in the order of their ids goes on after; empty for the first page.
    ///
    /// **Errors** `BAD_PAGE_TOKEN`.
    func cardID(of token: String) throws(PreferencesError) -> String {
        if token.isEmpty { return "" }
        guard let cardID = parts(of: token, count: 1)?.first else { throw .badPageToken }
        return cardID
    }
}
