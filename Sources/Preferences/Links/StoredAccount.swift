import Cosmo

/// How accounts are read from rows that a rebuild is to judge.
enum StoredAccount {
    /// The account, or one that equals none there can be when the row holds no account.
    static func lenient(json: String) -> CosmoAccount {
        // No field has an empty name: RequestCheck lets none in.
        (try? CosmoAccount(json: json)) ?? CosmoAccount(fields: ["": "unreadable"])
    }
}
