import Logging
import Metrics
import PostgreSQL
import Synchronization

/// Keeps senders from sending while the database may lack issues that Cosmo has.
///
/// The fence is up while a recovery is open. It also goes up by itself: each look compares the server of its own connection
/// with the one that was written to last. A transaction cannot outlive a promotion, so a claim that commits has looked at
/// the server that it commits to.
///
/// **Concurrency** Any number of tasks and processes look; of several that see a change the first begins the recovery.
final class IssuingFence: Sendable {
    private let configuration: IssuanceConfiguration
    private let logger: Logger
    private let readable = Mutex<RecoveryStore.Readable?>(nil)

    init(configuration: IssuanceConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Looks in the caller's transaction, and returns whether nothing may be sent; begins a recovery when one is needed.
    ///
    /// - Parameter writesHeartbeat: Whether a heartbeat is written when one is due. Senders leave it to the worker.
    func isUp(at now: PostgresTimestamp, writesHeartbeat: Bool = false, on connection: PostgresConnection) async throws
        -> Bool
    {
        guard configuration.isRecoveryEnabled else { return try await RecoveryStore.isOpen(on: connection) }
        let look = try await RecoveryStore.look(try await readable(on: connection), on: connection)
        guard let known = look.known else {
            // The first start on this schema: nothing says that anything was lost.
            try await run(RecoveryStore.heartbeat(look.identity, at: now), on: connection)
            return look.isOpen
        }
        if let beginning = beginning(look, known, at: now) {
            try await begin(beginning, of: look.identity, at: now, on: connection)
            return true
        }
        if writesHeartbeat, known.seenAt.advanced(by: configuration.heartbeatInterval) <= now {
            try await run(RecoveryStore.heartbeat(look.identity, at: now), on: connection)
        }
        return look.isOpen
    }

    /// What must be compared, when the server is another one or nobody wrote a heartbeat for too long.
    private func beginning(
        _ look: RecoveryStore.Look, _ known: (identity: ServerIdentity, seenAt: PostgresTimestamp),
        at now: PostgresTimestamp
    ) -> RecoveryStore.Beginning? {
        let from = known.seenAt.advanced(by: .zero - configuration.recoveryMargin)
        let settlement = configuration.settlement
        if let change = look.identity.change(since: known.identity) {
            // What an instance claimed before it lost the old server may still be under way until its lease ends.
            let until = now.advanced(by: settlement.leaseDuration)
            return RecoveryStore.Beginning(
                cause: change.cause, detail: change.detail, from: from, until: until,
                finalAt: until.advanced(by: settlement.settleDelay))
        }
        guard let gap = configuration.recoveryGap, configuration.isIntervalLookupEnabled,
            known.seenAt.advanced(by: gap) < now
        else { return nil }
        // An instance claims nothing once its database is gone, so what it claimed last has a lease that ends soon after.
        let lastLeaseEnd = known.seenAt.advanced(by: configuration.heartbeatInterval * 2 + settlement.leaseDuration)
        let until = max(now, lastLeaseEnd)
        return RecoveryStore.Beginning(
            cause: .gap, detail: "no heartbeat since \(known.seenAt)", from: from, until: until,
            finalAt: max(now, lastLeaseEnd.advanced(by: settlement.settleDelay), until))
    }

    private func begin(
        _ beginning: RecoveryStore.Beginning, of identity: ServerIdentity, at now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws {
        _ = try await connection.pipeline([
            RecoveryStore.begin(beginning, at: now), RecoveryStore.heartbeat(identity, at: now),
        ])
        Counter(label: "multibrand_recoveries", dimensions: [("cause", beginning.cause.rawValue)]).increment()
        logger.log(
            level: beginning.cause == .gap ? .notice : .error,
            "nothing is sent to Cosmo until the books were compared with it: the database may lack issues",
            metadata: [
                "cause": "\(beginning.cause.rawValue)", "detail": "\(beginning.detail)",
                "compare_from": "\(beginning.from)", "see": "multibrand admin recovery show",
            ])
    }

    private func run(_ statement: PostgresStatement, on connection: PostgresConnection) async throws {
        _ = try await connection.query(statement.sql, statement.parameters)
    }

    /// Asked once: a server that refuses a function refuses the whole statement that names it.
    private func readable(on connection: PostgresConnection) async throws -> RecoveryStore.Readable {
        if let readable = readable.withLock({ $0 }) { return readable }
        let found = try await RecoveryStore.readable(on: connection)
        readable.withLock { $0 = found }
        if !found.timeline || !found.systemIdentifier {
            logger.warning(
                "a failover may go unnoticed: the database user may not read the server's identity",
                metadata: [
                    "remedy": """
                    grant execute on function pg_control_system(), pg_walfile_name(pg_lsn), \
                    pg_current_wal_insert_lsn() to the service's user
                    """
                ])
        }
        return found
    }
}
