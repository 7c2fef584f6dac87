import Cosmo
import Rewards

/// The rules for what callers send, checked before anything is read.
enum RequestCheck {
    static func id(_ value: String, _ field: String) throws(PreferencesError) {
        guard IdentifierRule.check(value) else { throw .invalidID(field) }
    }

    /// Program ids are narrower than other ids, because a weight vector's text names them.
    static func isProgramID(_ value: String) -> Bool {
        (try? WeightVector([(programID: value, parts: 1)])) != nil
    }

    static func programID(_ value: String) throws(PreferencesError) {
        guard isProgramID(value) else {
            throw PreferencesError(
                .invalidArgument,
                "program_id must be 1 to 64 printable ASCII bytes without space, colon, comma, quote or backslash",
                field: "program_id")
        }
    }

    /// Whether an account may be stored: each identifier at most 320 bytes, the longest e-mail address, and printable.
    static func isStorable(_ account: CosmoAccount) -> Bool {
        account.fields.count <= 16
            && account.fields.allSatisfy { name, value in
                IdentifierRule.check(name) && IdentifierRule.check(value, bytesMax: 320)
            }
    }

    static func account(_ account: CosmoAccount) throws(PreferencesError) {
        guard isStorable(account) else {
            throw PreferencesError(
                .invalidArgument, "each account field must be at most 320 bytes without control characters",
                field: "destination_account")
        }
    }

    /// How many rows a page holds.
    static func pageSize(_ size: Int) throws(PreferencesError) -> Int {
        guard let rows = PageSize.rows(size) else {
            throw PreferencesError(.invalidArgument, "page_size must not be negative", field: "page_size")
        }
        return rows
    }
}
