import Cosmo

/// How accounts are read from rows that a rebuild is to judge.
enum StoredAccount {
    /// The account of a row, or one that equals no real account when the row's text cannot be read.
    static func lenient(json: String) -> CosmoAccount {
        // No field has an empty name: RequestCheck lets none in.
        (try? CosmoAccount(json: json)) ?? CosmoAccount(fields: ["": "unreadable"])
    }
}
