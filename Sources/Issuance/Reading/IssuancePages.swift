import Rewards

/// Sizes and places of this room's listings, with its refusals.
enum IssuancePages {
    /// The rows a page has.
    static func size(_ wanted: Int) throws(IssuanceError) -> Int {
        guard let rows = PageSize.rows(wanted) else {
            throw IssuanceError(.invalidArgument, "page_size must not be negative", field: "page_size")
        }
        return rows
    }

    static func parts(_ token: String, of listing: Listing, count: Int) throws(IssuanceError) -> [String] {
        guard let parts = listing.parts(of: token, count: count) else { throw badToken }
        return parts
    }

    static func number(_ token: String, of listing: Listing) throws(IssuanceError) -> Int64 {
        guard let number = listing.number(of: token) else { throw badToken }
        return number
    }

    static var badToken: IssuanceError {
        IssuanceError(
            .badPageToken, "page_token: give back the token of the page before, unchanged and with the same filter",
            field: "page_token")
    }
}
