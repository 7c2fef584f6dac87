import PostgreSQL

/// The SQL of the `wallet_offers` table.
enum OfferStore {
    private static let columns = """
        offer_id, sequence, title, description, short_description, kind, type, points_price, expires_at
        """

    /// Adds an offer; no row when the id is taken.
    static func insert(
        id: String, _ details: WalletOffer.Details, price: Int64?, expiresAt: PostgresTimestamp?,
        _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<WalletOffer> {
        Query(
            """
            insert into wallet_offers (environment, offer_id, title, description, short_description, kind, type,
                points_price, expires_at, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict do nothing returning \(columns)
            """,
            [
                .text(environment.rawValue), .text(id), .text(details.title), .text(details.description),
                .text(details.shortDescription), .text(details.kind), .text(details.type), .int8OrNull(price),
                .timestamptzOrNull(expiresAt), .timestamptz(now),
            ], read: offer)
    }

    static func update(
        id: String, _ details: WalletOffer.Details, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<WalletOffer> {
        Query(
            """
            update wallet_offers set title = $3, description = $4, short_description = $5, kind = $6, type = $7,
                updated_at = $8
            where environment = $1 and offer_id = $2 returning \(columns)
            """,
            [
                .text(environment.rawValue), .text(id), .text(details.title), .text(details.description),
                .text(details.shortDescription), .text(details.kind), .text(details.type), .timestamptz(now),
            ], read: offer)
    }

    static func setPrice(
        id: String, _ price: Int64?, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<WalletOffer> {
        Query(
            """
            update wallet_offers set points_price = $3, updated_at = $4
            where environment = $1 and offer_id = $2 returning \(columns)
            """, [.text(environment.rawValue), .text(id), .int8OrNull(price), .timestamptz(now)], read: offer)
    }

    static func setExpiry(
        id: String, _ expiresAt: PostgresTimestamp?, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<WalletOffer> {
        Query(
            """
            update wallet_offers set expires_at = $3, updated_at = $4
            where environment = $1 and offer_id = $2 returning \(columns)
            """, [.text(environment.rawValue), .text(id), .timestamptzOrNull(expiresAt), .timestamptz(now)], read: offer
        )
    }

    static func find(id: String, _ environment: WalletEnvironment) -> Query<WalletOffer> {
        Query(
            "select \(columns) from wallet_offers where environment = $1 and offer_id = $2",
            [.text(environment.rawValue), .text(id)], read: offer)
    }

    /// Newest first; only those still available at `availableAt` when it is given.
    static func page(
        _ environment: WalletEnvironment, before: Int64, limit: Int, availableAt: PostgresTimestamp?
    ) -> Query<WalletOffer> {
        Query(
            """
            select \(columns) from wallet_offers
            where environment = $1 and sequence < $2
                and ($4::timestamptz is null or expires_at is null or expires_at > $4)
            order by sequence desc limit $3
            """,
            [.text(environment.rawValue), .int8(before), .int(limit), .timestamptzOrNull(availableAt)], read: offer)
    }

    private static func offer(_ row: PostgresRow) throws -> WalletOffer {
        WalletOffer(
            id: try row.get("offer_id"), sequence: try row.get("sequence"),
            details: WalletOffer.Details(
                title: try row.get("title"), description: try row.get("description"),
                shortDescription: try row.get("short_description"), kind: try row.get("kind"),
                type: try row.get("type")),
            pointsPrice: try row.get("points_price"), expiresAt: try row.get("expires_at"))
    }
}
