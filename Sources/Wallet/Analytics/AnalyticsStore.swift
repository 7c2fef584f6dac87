import PostgreSQL

/// The SQL of the reports, each one statement, so that its numbers agree.
///
/// A sum over all members that does not fit 64 bits is shown as the most that does.
enum AnalyticsStore {
    private static func total(_ sum: String) -> String { "least(coalesce(\(sum), 0), 9223372036854775807)::bigint" }

    static func summary(_ environment: WalletEnvironment) -> Query<WalletSummary> {
        Query(
            """
            select (select count(*) from wallet_members where environment = $1 and archived_at is null) as members,
                l.minted, l.spent, r.statuses, r.numbers
            from (
                select \(total("sum(amount) filter (where cause = 'mint')")) as minted,
                    \(total("-sum(amount) filter (where cause in ('spend', 'capture'))")) as spent
                from wallet_transactions where environment = $1
            ) l, (
                select coalesce(array_agg(status), '{}') as statuses, coalesce(array_agg(n), '{}') as numbers
                from (
                    select status, count(*) as n from wallet_redemptions where environment = $1 group by status
                ) by_status
            ) r
            """, [.text(environment.rawValue)]
        ) { row in
            let statuses: [RedemptionStatus] = try row.get("statuses", of: "wallet_redemptions")
            let numbers: [Int64] = try row.get("numbers")
            var counts = Dictionary(uniqueKeysWithValues: RedemptionStatus.allCases.map { ($0, Int64(0)) })
            for (status, number) in zip(statuses, numbers) { counts[status] = number }
            return WalletSummary(
                memberCount: try row.get("members"), pointsMinted: try row.get("minted"),
                pointsSpent: try row.get("spent"), redemptionCounts: counts)
        }
    }

    static func offers(_ environment: WalletEnvironment) -> Query<WalletOfferReport> {
        Query(
            """
            select o.offer_id, count(r.redemption_id) as signups,
                count(*) filter (where r.status = 'COMPLETED') as completions,
                count(*) filter (where r.status = 'CANCELED') as cancellations,
                \(total("sum(r.points_debited)")) as points
            from wallet_offers o
            left join wallet_redemptions r on r.environment = o.environment and r.offer_id = o.offer_id
            where o.environment = $1 group by o.offer_id, o.sequence order by o.sequence
            """, [.text(environment.rawValue)]
        ) { row in
            WalletOfferReport(
                offerID: try row.get("offer_id"), signups: try row.get("signups"),
                completions: try row.get("completions"), cancellations: try row.get("cancellations"),
                pointsSpent: try row.get("points"))
        }
    }

    static func timeseries(
        _ environment: WalletEnvironment, from: PostgresTimestamp, to: PostgresTimestamp,
        interval: WalletAnalytics.Interval
    ) -> Query<WalletBucket> {
        // Counted in UTC whatever the session's time zone is: a month is added to a timestamp without zone.
        Query(
            """
            with edges as (
                select edge at time zone 'UTC' as start_at, (edge + step) at time zone 'UTC' as end_at
                from (select ('1 ' || $4::text)::interval as step) s,
                    generate_series(
                        date_trunc($4::text, $2::timestamptz at time zone 'UTC'),
                        ($3::timestamptz - interval '1 microsecond') at time zone 'UTC', s.step) edge
            ), buckets as (
                select greatest(start_at, $2) as start_at, least(end_at, $3) as end_at from edges
            )
            select b.start_at, b.end_at,
                (select count(*) from wallet_redemptions r
                 where r.environment = $1 and r.created_at >= b.start_at and r.created_at < b.end_at) as signups,
                l.minted, l.spent
            from buckets b, lateral (
                select \(total("sum(t.amount) filter (where t.cause = 'mint')")) as minted,
                    \(total("-sum(t.amount) filter (where t.cause in ('spend', 'capture'))")) as spent
                from wallet_transactions t
                where t.environment = $1 and t.created_at >= b.start_at and t.created_at < b.end_at
            ) l order by b.start_at
            """,
            [.text(environment.rawValue), .timestamptz(from), .timestamptz(to), .text(interval.rawValue)]
        ) { row in
            WalletBucket(
                startAt: try row.get("start_at"), endAt: try row.get("end_at"), signups: try row.get("signups"),
                pointsMinted: try row.get("minted"), pointsSpent: try row.get("spent"))
        }
    }
}
