import Issuance
import PostgreSQL
import Wiring

/// A database that forgets what was issued, as a failover does to a standby that lagged.
extension ServiceUnderTest {
    private static let forgetful = ["positions", "issuances", "recoveries", "recovery_findings", "server_identity"]

    var recoveryWorker: RecoveryWorker {
        let adopt = AdoptIssuance(
            pool: pool, cosmo: cosmo, configuration: issuance, cards: RoomWiring.cards, now: clock.now)
        return RecoveryWorker(
            pool: pool, cosmo: cosmo, configuration: issuance, cards: RoomWiring.cards, adopt: adopt, now: clock.now,
            logger: Self.logger)
    }

    var recoveryDesk: RecoveryDesk {
        RecoveryDesk(pool: pool, configuration: issuance, now: clock.now, logger: Self.logger)
    }

    /// Keeps a copy of what issuing has come to.
    func remember() async throws {
        for table in Self.forgetful {
            _ = try await pool.query("drop table if exists kept_\(table)")
            _ = try await pool.query("create table kept_\(table) as table \(table)")
        }
    }

    /// Puts that copy back, on another timeline, and removes it.
    func forget() async throws {
        for table in Self.forgetful {
            let columns: String = try await pool.query(
                """
                select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''
                """, [.text(table)])[0].value()
            _ = try await pool.query("delete from \(table)")
            _ = try await pool.query(
                "insert into \(table) (\(columns)) overriding system value select \(columns) from kept_\(table)")
            _ = try await pool.query("drop table kept_\(table)")
        }
        _ = try await pool.query("update server_identity set timeline = 'FORGOTTEN'")
    }
}
