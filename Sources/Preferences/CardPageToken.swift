import Rewards

/// The page token of a listing of cards in the order of their ids: the id of the last card given.
enum CardPageToken {
    static func token(after cardID: String) -> String { PageToken.make(cardID) }

    /// The card a page goes on after; empty for the first page.
    static func cardID(of token: String) throws(PreferencesError) -> String {
        if token.isEmpty { return "" }
        guard let cardID = PageToken.parts(of: token, count: 1)?.first else { throw .badPageToken }
        return cardID
    }
}
