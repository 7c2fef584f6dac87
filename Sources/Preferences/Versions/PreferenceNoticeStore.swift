import PostgreSQL

/// The notifications of changed cards to every process; delivered at the commit.
enum PreferenceNoticeStore {
    static func statement(cardID: String) -> PostgresStatement {
        PostgresStatement(
            "select pg_notify($1::text, $2::text)", [.text(preferencesChangedChannel), .text(cardID)])
    }
}
