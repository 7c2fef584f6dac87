import Cryptography

/// The page token of a listing of cards in the order of their ids: the id of the last card given.
enum CardPageToken {
    static func token(after cardID: String) -> String { Base64.encode(Array(cardID.utf8)) }

    /// The card a page goes on after; empty for the first page.
    static func cardID(of token: String) throws(PreferencesError) -> String {
        if token.isEmpty { return "" }
        guard let bytes = Base64.decode(token), let cardID = String(validating: bytes, as: UTF8.self),
            !cardID.utf8.contains(0)
        else { throw .badPageToken }
        return cardID
    }
}
