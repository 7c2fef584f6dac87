import Cryptography
import Rewards

/// Page tokens: where a listing goes on, in a form that callers hand back unread.
enum PageToken {
    private static let separator: Character = "\u{1F}"

    static func make(_ parts: [String]) -> String {
        Hexadecimal.encode(Array(parts.joined(separator: String(separator)).utf8))
    }

    static func parts(_ token: String, count: Int) throws(IssuanceError) -> [String] {
        guard let bytes = Hexadecimal.decode(token), let text = String(validating: bytes, as: UTF8.self),
            !bytes.contains(0)
        else { throw bad }
        let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == count else { throw bad }
        return parts
    }

    static func number(_ token: String) throws(IssuanceError) -> Int64 {
        guard let number = Int64(try parts(token, count: 1)[0]) else { throw bad }
        return number
    }

    /// The size a page has.
    static func size(_ wanted: Int) throws(IssuanceError) -> Int {
        guard let rows = PageSize.rows(wanted) else {
            throw IssuanceError(.invalidArgument, "page_size must not be negative", field: "page_size")
        }
        return rows
    }

    static var bad: IssuanceError {
        IssuanceError(
            .badPageToken, "page_token: give back the token of the page before, unchanged", field: "page_token")
    }
}
