import Cosmo
import CosmoSandbox
import Issuance
import PostgreSQL
import Rewards
import Synchronization

/// A database that forgets: what a failover to a standby that lagged, or the restore of a backup, leaves behind.
extension Stage {
    private static let tables = ["positions", "issuances", "server_identity", "recoveries", "recovery_findings"]

    /// Keeps a copy of the books as they are now.
    func save() async throws {
        for table in Self.tables {
            _ = try await pool.query("drop table if exists saved_\(table)")
            _ = try await pool.query("create table saved_\(table) as table \(table)")
        }
    }

    /// Puts the books back to that copy, as on another timeline.
    func lose(_ change: String = "timeline = '0000000A'") async throws {
        for table in Self.tables {
            let columns = try await pool.query(
                """
                select string_agg(quote_ident(attname), ', ' order by attnum) as names from pg_attribute
                where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''
                """, [.text(table)])[0].get("names", as: String.self)
            _ = try await pool.query("delete from \(table)")
            _ = try await pool.query(
                "insert into \(table) (\(columns)) overriding system value select \(columns) from saved_\(table)")
        }
        _ = try await pool.query("update server_identity set \(change)")
    }

    /// The cards that ever earned.
    var cards: CardDirectory {
        CardDirectory(
            ids: { _, programID, after, limit in
                self.destinations.withLock { destinations in
                    let ids = Set(destinations.keys.filter { programID ?? $0.programID == $0.programID }.map(\.cardID))
                    return Array(ids.sorted().filter { $0 > after ?? "" }.prefix(limit))
                }
            },
            currency: { _, cardID in
                self.destinations.withLock { $0.first { $0.key.cardID == cardID }?.value.cardCurrencyCode }
            },
            destinations: { _, keys in keys.map { key in self.destinations.withLock { $0[key] } } })
    }

    func adopt(_ cosmo: (any CosmoAPI)? = nil) -> AdoptIssuance {
        AdoptIssuance(
            pool: pool, cosmo: cosmo ?? self.cosmo, configuration: configuration, cards: cards, now: clock.now)
    }

    func recoveryWorker(_ cosmo: (any CosmoAPI)? = nil) -> RecoveryWorker {
        RecoveryWorker(
            pool: pool, cosmo: cosmo ?? self.cosmo, configuration: configuration, cards: cards, adopt: adopt(cosmo),
            now: clock.now, logger: Self.logger)
    }

    var recoveryDesk: RecoveryDesk {
        RecoveryDesk(pool: pool, configuration: configuration, now: clock.now, logger: Self.logger)
    }

    /// Has a recovery compared until it ends or waits for a person.
    func recover(_ cosmo: (any CosmoAPI)? = nil) async throws {
        let worker = recoveryWorker(cosmo)
        // Heartbeats go on meanwhile.
        for _ in 0..<5 {
            try await worker.step()
            clock.advance((configuration.settlement.leaseDuration + configuration.settlement.settleDelay) / 4)
        }
        try await worker.step()
    }
}
