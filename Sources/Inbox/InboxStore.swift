import Cryptography
import Deliveries
package import PostgreSQL

/// The SQL of `inbox`.
package struct InboxStore: DeliveryBook {
    /// Makes a store.
    package init() {}

    /// A delivery on its way into the table.
    struct Delivery: Sendable, Hashable {
        let kind: InboxKind
        let stamp: String
        let body: [UInt8]
        let bodyDigest: [UInt8]
        let authentication: String
        let receivedAt: PostgresTimestamp

        /// Deliveries of one identity are one row (I-8).
        var identity: Identity { Identity(kind: kind, stamp: stamp, bodyDigest: bodyDigest) }
    }

    struct Identity: Hashable {
        let kind: InboxKind
        let stamp: String
        let bodyDigest: [UInt8]
    }

    /// Where a delivery is stored, and how often it has come.
    struct Stored: Sendable {
        let id: Int64
        let deliveries: Int
    }

    /// Stores deliveries of different identities in one statement, in the order of their keys, so that two statements
    /// never wait for each other in a circle.
    static func insert(_ deliveries: [(delivery: Delivery, count: Int)]) -> Query<(Identity, Stored)> {
        let ordered = deliveries.sorted { left, right in
            let (left, right) = (left.delivery, right.delivery)
            if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
            if left.stamp != right.stamp { return left.stamp < right.stamp }
            return left.bodyDigest.lexicographicallyPrecedes(right.bodyDigest)
        }
        return Query(
            """
            insert into inbox (
                kind, stamp, body, body_digest, authentication, due_at, received_at, deliveries)
            select kind, stamp, body, body_digest, authentication, received_at, received_at, deliveries::integer
            from unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::text[], $6::timestamptz[], $7::bigint[])
                as d (kind, stamp, body, body_digest, authentication, received_at, deliveries)
            on conflict (kind, stamp, body_digest) do update set deliveries = inbox.deliveries + excluded.deliveries
            returning inbox_id, kind, stamp, body_digest, deliveries
            """,
            [
                .textArray(ordered.map(\.delivery.kind.rawValue)), .textArray(ordered.map(\.delivery.stamp)),
                .byteaArray(ordered.map(\.delivery.body)), .byteaArray(ordered.map(\.delivery.bodyDigest)),
                .textArray(ordered.map(\.delivery.authentication)),
                .timestamptzArray(ordered.map(\.delivery.receivedAt)), .int8Array(ordered.map { Int64($0.count) }),
            ]
        ) { row in
            let identity = Identity(
                kind: try row.get("kind", of: "inbox"), stamp: try row.get("stamp"),
                bodyDigest: try row.get("body_digest"))
            let stored = Stored(
                id: try row.get("inbox_id"), deliveries: Int(try row.get("deliveries", as: Int32.self)))
            return (identity, stored)
        }
    }

    /// Takes the entry that is due longest, locked until the transaction ends; no row when none is.
    static func claim(kinds: [InboxKind], now: PostgresTimestamp) -> Query<InboxEntry> {
        Query(
            """
            select \(columns), body from inbox
            where due_at <= $1 and kind = any($2)
            order by due_at, inbox_id limit 1
            for update skip locked
            """,
            [.timestamptz(now), .textArray(kinds.map(\.rawValue))], read: entry)
    }

    /// When the next entry is due that is not due yet; no row when none waits.
    ///
    /// **Cost** One probe of the index, and past the entries of other kinds.
    static func nextDueAt(kinds: [InboxKind], after now: PostgresTimestamp) -> Query<PostgresTimestamp> {
        Query(
            "select due_at from inbox where due_at > $1 and kind = any($2) order by due_at, inbox_id limit 1",
            [.timestamptz(now), .textArray(kinds.map(\.rawValue))]
        ) { row in try row.get("due_at") }
    }

    /// Locks an entry that was claimed before, if it still waits.
    static func lockReceived(_ id: Int64) -> Query<InboxEntry> {
        Query(
            "select \(columns), body from inbox where inbox_id = $1 and status = 'received' for update", [.int8(id)],
            read: entry)
    }

    /// Ends an entry that still waits: one whose commit took effect although its answer was lost stays as it is.
    static func settle(_ id: Int64, _ status: InboxStatus, reason: String?, now: PostgresTimestamp) -> PostgresStatement
    {
        PostgresStatement(
            """
            update inbox set status = $2, reason = $3::text, due_at = null, settled_at = $4
            where inbox_id = $1 and status = 'received'
            """,
            [.int8(id), .text(status.rawValue), .textOrNull(reason), .timestamptz(now)])
    }

    /// Puts an entry off.
    static func putOff(
        _ id: Int64, until dueAt: PostgresTimestamp, reason: String?, countsAttempt: Bool
    ) -> PostgresStatement {
        PostgresStatement(
            """
            update inbox set due_at = $2, reason = coalesce($3::text, reason),
                attempts = attempts + case when $4 then 1 else 0 end
            where inbox_id = $1 and status = 'received'
            """,
            [.int8(id), .timestamptz(dueAt), .textOrNull(reason), .bool(countsAttempt)])
    }

    /// Makes an entry wait for the worker again, and returns it without its body; no row when there is none.
    static func replay(_ id: Int64, now: PostgresTimestamp) -> Query<InboxEntry> {
        Query(
            """
            update inbox set status = 'received', reason = null, attempts = 0, due_at = $2, settled_at = null
            where inbox_id = $1
            returning \(columns)
            """,
            [.int8(id), .timestamptz(now)], read: entryWithoutBody)
    }

    /// One entry with its body; no row when there is none.
    static func find(_ id: Int64) -> Query<InboxEntry> {
        Query("select \(columns), body from inbox where inbox_id = $1", [.int8(id)], read: entry)
    }

    /// Entries below a number, newest first, without bodies.
    static func page(
        below id: Int64, status: InboxStatus?, kind: InboxKind?, limit: Int
    ) -> Query<InboxEntry> {
        Query(
            """
            select \(columns) from inbox
            where inbox_id < $1 and ($2::text is null or status = $2::text) and ($3::text is null or kind = $3::text)
            order by inbox_id desc limit $4
            """,
            [.int8(id), .textOrNull(status?.rawValue), .textOrNull(kind?.rawValue), .int(limit)],
            read: entryWithoutBody)
    }

    /// How many entries wait, are held, and are parked; read from the indexes that hold only those.
    static func counts() -> Query<InboxCounts> {
        Query(
            """
            select (select count(*) from inbox where due_at is not null) as received,
                (select count(*) from inbox where status in ('held', 'parked') and status = 'held') as held,
                (select count(*) from inbox where status in ('held', 'parked') and status = 'parked') as parked,
                (select min(received_at) from inbox where due_at is not null) as oldest
            """
        ) { row in
            InboxCounts(
                received: try row.get("received"), held: try row.get("held"), parked: try row.get("parked"),
                oldestReceivedAt: try row.get("oldest"))
        }
    }

    /// Shows deliveries as held, for a room in which they wait for a decision; in that room's transaction.
    package func hold(_ ids: [Int64], reason: String, now: PostgresTimestamp) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                update inbox set status = 'held', reason = $3, settled_at = $2
                where inbox_id = any($1) and (status = 'applied' or status = 'held' and reason is distinct from $3)
                """,
                [.int8Array(ids), .timestamptz(now), .text(reason)])
        ]
    }

    /// Shows held deliveries as applied, for a room in which they wait no longer; in that room's transaction.
    ///
    /// - Parameter reasons: The reason that is kept with a delivery, by the reason it was held for. A delivery held for
    ///   another reason keeps that one.
    package func release(
        _ ids: [Int64], reasons: [String: String], now: PostgresTimestamp
    ) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                update inbox set status = 'applied', settled_at = $2, reason = coalesce((
                    select r.applied from unnest($3::text[], $4::text[]) r (held, applied)
                    where r.held = inbox.reason), reason)
                where inbox_id = any($1) and status = 'held'
                """,
                [
                    .int8Array(ids), .timestamptz(now), .textArray(Array(reasons.keys)),
                    .textArray(Array(reasons.values)),
                ])
        ]
    }

    static let columns = """
        inbox_id, kind, stamp, authentication, status, reason, attempts, deliveries, due_at, received_at, settled_at
        """

    /// Reads an entry with its body.
    static func entry(_ row: PostgresRow) throws -> InboxEntry { try entry(row, body: row.get("body")) }

    /// Reads an entry whose body was not asked for.
    static func entryWithoutBody(_ row: PostgresRow) throws -> InboxEntry { try entry(row, body: []) }

    private static func entry(_ row: PostgresRow, body: [UInt8]) throws -> InboxEntry {
        InboxEntry(
            id: try row.get("inbox_id"), kind: try row.get("kind", of: "inbox"), stamp: try row.get("stamp"),
            body: body, authentication: try row.get("authentication"),
            status: try row.get("status", of: "inbox"), reason: try row.get("reason"),
            attempts: Int(try row.get("attempts", as: Int32.self)),
            deliveries: Int(try row.get("deliveries", as: Int32.self)), dueAt: try row.get("due_at"),
            receivedAt: try row.get("received_at"), settledAt: try row.get("settled_at"))
    }
}

extension InboxStore {
    /// The numbers of the deliveries of a kind after one, in order; for reading the whole inbox in bounded memory.
    package static func ids(of kind: InboxKind, after id: Int64, limit: Int) -> Query<Int64> {
        Query(
            "select inbox_id from inbox where inbox_id > $1 and kind = $2 order by inbox_id limit $3",
            [.int8(id), .text(kind.rawValue), .int(limit)]
        ) { row in try row.get("inbox_id") }
    }

    /// Deliveries by their numbers, whole and in order; those that are not there are left out.
    package static func entries(_ ids: [Int64]) -> Query<InboxEntry> {
        Query(
            "select \(columns), body from inbox where inbox_id = any($1) order by inbox_id", [.int8Array(ids)],
            read: entry)
    }
}
