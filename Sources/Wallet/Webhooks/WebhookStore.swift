import PostgreSQL

/// The SQL of the `wallet_webhooks` table.
enum WebhookStore {
    /// Makes registrations of an environment take turns, so that the limit on active endpoints holds.
    static func lockRegistrations(_ environment: WalletEnvironment) -> PostgresStatement {
        PostgresStatement(
            "select pg_advisory_xact_lock(hashtextextended('wallet_webhooks:' || $1::text, 0))",
            [.text(environment.rawValue)])
    }

    /// How many endpoints of an environment receive any event.
    static func count(_ environment: WalletEnvironment) -> Query<Int64> {
        Query(
            "select count(*) as n from wallet_webhooks where environment = $1 and disabled_at is null",
            [.text(environment.rawValue)]
        ) { row in try row.get("n") }
    }

    static func insert(
        id: String, url: String, events: [WalletEvent], signingSecret: String, _ environment: WalletEnvironment,
        now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into wallet_webhooks (environment, webhook_id, url, events, signing_secret, created_at)
            values ($1, $2, $3, $4, $5, $6)
            """,
            [
                .text(environment.rawValue), .text(id), .text(url), .textArray(events.map(\.rawValue)),
                .text(signingSecret), .timestamptz(now),
            ])
    }

    static func list(_ environment: WalletEnvironment) -> Query<WalletWebhook> {
        Query(
            """
            select webhook_id, url, events, created_at, disabled_at from wallet_webhooks
            where environment = $1 order by created_at desc, webhook_id
            """, [.text(environment.rawValue)]
        ) { row in
            WalletWebhook(
                id: try row.get("webhook_id"), url: try row.get("url"), events: try row.get("events"),
                environment: environment, createdAt: WalletTime.milliseconds(try row.get("created_at")),
                disabledAt: try row.get("disabled_at", as: PostgresTimestamp?.self).map(WalletTime.milliseconds))
        }
    }

    /// Affects no row when there is no such endpoint; nil for an id that none can have.
    static func disable(
        id: String, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> PostgresStatement? {
        // PostgreSQL holds no U+0000, so nothing of ours is called so.
        guard !id.utf8.contains(0) else { return nil }
        return PostgresStatement(
            """
            update wallet_webhooks set disabled_at = coalesce(disabled_at, $3)
            where environment = $1 and webhook_id = $2
            """, [.text(environment.rawValue), .text(id), .timestamptz(now)])
    }
}
