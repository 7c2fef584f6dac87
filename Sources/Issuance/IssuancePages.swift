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

    static func parts(_ token: String, count: Int) throws(IssuanceError) -> [String] {
        guard let parts = PageToken.parts(of: token, count: count) else { throw badToken }
        return parts
    }

    static func number(_ token: String) throws(IssuanceError) -> Int64 {
        guard let number = PageToken.number(of: token) else { throw badToken }
        return number
    }

    static var badToken: IssuanceError {
        IssuanceError(
            .badPageToken, "page_token: give back the token of the page before, unchanged", field: "page_token")
    }
}
