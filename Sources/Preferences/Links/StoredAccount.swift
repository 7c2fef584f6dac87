import Cosmo

/// How accounts are read from rows that a rebuild is to judge.
enum StoredAccount {
    /// The account. If the row's text is not an account: a placeholder that equals no real account.
    static func lenient(json: String) -> CosmoAccount {
        // No field has an empty name: RequestCheck lets none in.
        (try? CosmoAccount(json: json)) ?? CosmoAccount(fields: ["": "unreadable"])
    }
}
