import PostgreSQL

/// The SQL of `wallet_outbox` and `wallet_deliveries`.
enum OutboxStore {
    /// Writes an event and a delivery for each endpoint that asked for it; nothing when there is none.
    static func tell(
        _ event: WalletEvent, id: String, body: String, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            with asked as (
                select webhook_id from wallet_webhooks
                where environment = $1 and disabled_at is null and $3 = any (events)
            ), event as (
                insert into wallet_outbox (environment, event_id, event, body, created_at)
                select $1, $2, $3, $4, $5 where exists (select 1 from asked)
            )
            insert into wallet_deliveries (environment, delivery_id, event_id, webhook_id, due_at)
            select $1, 'dlv_' || replace(gen_random_uuid()::text, '-', ''), $2, webhook_id, $5 from asked
            """,
            [
                .text(environment.rawValue), .text(id), .text(event.rawValue), .text(body), .timestamptz(now),
            ])
    }

    /// Claims due deliveries: they are due again at `until`, should this sender die.
    static func claim(
        limit: Int, excluding webhookIDs: [String], now: PostgresTimestamp, until: PostgresTimestamp
    ) -> Query<WalletDelivery> {
        Query(
            """
            with due as materialized (
                select environment, delivery_id from wallet_deliveries
                where delivered_at is null and failed_at is null and due_at <= $1
                    and webhook_id <> all ($4)
                order by due_at limit $2 for update skip locked
            ), claimed as (
                update wallet_deliveries d set due_at = $3, attempts = d.attempts + 1 from due
                where d.environment = due.environment and d.delivery_id = due.delivery_id
                returning d.environment, d.delivery_id, d.event_id, d.webhook_id, d.attempts
            )
            select c.environment, c.delivery_id, c.webhook_id, c.attempts, o.event, o.body, o.created_at, w.url,
                w.signing_secret, w.disabled_at is not null as is_disabled
            from claimed c
            join wallet_outbox o on o.environment = c.environment and o.event_id = c.event_id
            join wallet_webhooks w on w.environment = c.environment and w.webhook_id = c.webhook_id
            order by o.created_at, c.delivery_id
            """, [.timestamptz(now), .int(limit), .timestamptz(until), .textArray(webhookIDs)]
        ) { row in
            let body: String = try row.get("body")
            return WalletDelivery(
                environment: try row.get("environment", of: "wallet_deliveries"), id: try row.get("delivery_id"),
                webhookID: try row.get("webhook_id"), url: try row.get("url"), event: try row.get("event"),
                body: Array(body.utf8), signingSecret: try row.get("signing_secret"),
                attempt: Int(try row.get("attempts", as: Int32.self)), createdAt: try row.get("created_at"),
                isWebhookDisabled: try row.get("is_disabled"))
        }
    }

    /// When the next delivery is due that is not due yet; no row when none waits.
    static func nextDueAt(after now: PostgresTimestamp) -> Query<PostgresTimestamp> {
        Query(
            """
            select due_at from wallet_deliveries
            where delivered_at is null and failed_at is null and due_at > $1
            order by due_at limit 1
            """, [.timestamptz(now)]
        ) { row in try row.get("due_at") }
    }

    /// How many deliveries have not ended.
    static let waitingCount = Query(
        "select count(*) as n from wallet_deliveries where delivered_at is null and failed_at is null"
    ) { row in try row.get("n", as: Int64.self) }

    static func delivered(_ delivery: WalletDelivery, answer: Int, now: PostgresTimestamp) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                update wallet_deliveries set delivered_at = $3, last_status = $4
                where environment = $1 and delivery_id = $2 and delivered_at is null and failed_at is null
                """, key(delivery) + [.timestamptz(now), .int4(Int32(answer))]),
            PostgresStatement(
                """
                update wallet_webhooks set failing_since = null
                where environment = $1 and webhook_id = $2 and failing_since is not null
                """, [.text(delivery.environment.rawValue), .text(delivery.webhookID)]),
        ]
    }

    /// - Parameter next: when to try again; nil gives up.
    static func failed(
        _ delivery: WalletDelivery, answer: Int?, next: PostgresTimestamp?, disableIfFailingSince: PostgresTimestamp,
        now: PostgresTimestamp
    ) -> [PostgresStatement] {
        let code: PostgresValue = answer.map { .int4(Int32($0)) } ?? .null
        return [
            PostgresStatement(
                """
                update wallet_deliveries set last_status = $3::integer, due_at = coalesce($4::timestamptz, due_at),
                    failed_at = case when $4::timestamptz is null then $5::timestamptz end
                where environment = $1 and delivery_id = $2 and delivered_at is null and failed_at is null
                """, key(delivery) + [code, .timestamptzOrNull(next), .timestamptz(now)]),
            PostgresStatement(
                """
                update wallet_webhooks set failing_since = coalesce(failing_since, $3),
                    disabled_at = case when failing_since <= $4 then $3 else disabled_at end
                where environment = $1 and webhook_id = $2 and disabled_at is null
                """,
                [
                    .text(delivery.environment.rawValue), .text(delivery.webhookID), .timestamptz(now),
                    .timestamptz(disableIfFailingSince),
                ]),
        ]
    }

    private static func key(_ delivery: WalletDelivery) -> [PostgresValue] {
        [.text(delivery.environment.rawValue), .text(delivery.id)]
    }
}
