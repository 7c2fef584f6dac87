import Logging
import Metrics
import PostgreSQL
import Synchronization

/// Keeps senders from sending while the database may lack issuances that Cosmo has.
///
/// The fence is up while a recovery is open. It also goes up by itself: each look compares the server of its own
/// connection with the one that was written to last. A transaction cannot outlive a promotion, so a claim that commits
/// has looked at the server that it commits to.
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

    /// Looks in the caller's transaction, and returns whether nothing may be sent; begins a recovery when one is
    /// needed.
    ///
    /// - Parameter writesHeartbeat: Whether a heartbeat is written when one is due. Senders leave it to the worker.
    /// **Errors** The database's.
    func isUp(
        at now: PostgresTimestamp, writesHeartbeat: Bool = false, on connection: PostgresConnection
    ) async throws -> Bool {
        guard configuration.isRecoveryEnabled else { return try await connection.pipeline(RecoveryStore.findOpen) > 0 }
        let readable = try await readable(on: connection)
        var look = try await connection.pipeline(RecoveryStore.look(readable).one)
        if needs(look, at: now) != nil {
            // Of several processes that see a change the first begins the recovery; the others then see its work.
            (_, look) = try await connection.pipeline(RecoveryStore.lockBeginning, RecoveryStore.look(readable).one)
            if let beginning = needs(look, at: now) {
                try await begin(beginning, of: look.identity, at: now, on: connection)
                return true
            }
        }
        if look.known == nil || writesHeartbeat && isHeartbeatDue(look, at: now) {
            let heartbeat = RecoveryStore.heartbeat(look.identity, at: now)
            _ = try await connection.query(heartbeat)
        }
        return look.isOpen
    }

    /// A stored time that lies ahead came from a clock that was wrong, and is replaced too.
    private func isHeartbeatDue(_ look: RecoveryStore.Look, at now: PostgresTimestamp) -> Bool {
        guard let seenAt = look.known?.seenAt else { return true }
        return seenAt > now || seenAt.advanced(by: configuration.heartbeatInterval) <= now
    }

    /// What must be compared, when the server has changed or the last heartbeat is too old; nil otherwise.
    private func needs(_ look: RecoveryStore.Look, at now: PostgresTimestamp) -> RecoveryStore.Beginning? {
        func beginning(_ cause: RecoveryCause, _ detail: String, since: PostgresTimestamp) -> RecoveryStore.Beginning {
            // A clock that was ahead must not hide what was lost: then the newest issuance says when the books end, or
            // else a day is compared.
            let yesterday = now.advanced(by: .seconds(-86_400))
            let surviving = since > now ? min(look.newestIssuanceAt ?? yesterday, now) : since
            return configuration.recovery(cause, detail, since: surviving, at: now)
        }
        guard let known = look.known else {
            // No heartbeat was ever written. Where nothing was ever sent, nothing can be lost.
            guard let newest = look.newestIssuanceAt, look.hasSent, configuration.isIntervalLookupEnabled else {
                return nil
            }
            return beginning(.gap, "no heartbeat in the books; their newest issuance is of \(newest)", since: newest)
        }
        if let change = look.identity.change(since: known.identity) {
            return beginning(change.cause, change.detail, since: known.seenAt)
        }
        // While a recovery is open nothing is sent that a restore could lose.
        guard let gap = configuration.recoveryGap, configuration.isIntervalLookupEnabled, !look.isOpen,
            known.seenAt.advanced(by: gap) < now
        else { return nil }
        return beginning(.gap, "no heartbeat since \(known.seenAt)", since: known.seenAt)
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
            "nothing is sent to Cosmo until the books have been compared with it: the database may lack issuances",
            metadata: [
                "cause": "\(beginning.cause.rawValue)", "detail": "\(beginning.detail)",
                "compare_from": "\(beginning.from)", "see": "multibrand admin recovery show",
            ])
    }

    /// Asked until everything may be read: a server that refuses a function refuses the whole statement that names it.
    private func readable(on connection: PostgresConnection) async throws -> RecoveryStore.Readable {
        if let readable = readable.withLock({ $0 }), readable.isWhole { return readable }
        let found = try await connection.pipeline(RecoveryStore.readable.one)
        let isNews = readable.withLock { known in
            defer { known = found }
            return known != found
        }
        if isNews, !found.isWhole {
            logger.warning(
                "a failover may go undetected: the database user may not read the server's identity",
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

extension IssuanceConfiguration {
    /// A recovery that begins now.
    ///
    /// What was claimed before may be sent until the last lease ends, and Cosmo may be at work on it for the settle
    /// delay after that. A comparison that begins then sees all of it.
    func recovery(
        _ cause: RecoveryCause, _ detail: String, since: PostgresTimestamp, by clientID: String? = nil,
        at now: PostgresTimestamp
    ) -> RecoveryStore.Beginning {
        let lastLeaseEnd = now.advanced(by: settlement.leaseDuration)
        return RecoveryStore.Beginning(
            cause: cause, detail: detail, clientID: clientID, from: since.advanced(by: .zero - recoveryMargin),
            until: lastLeaseEnd, finalAt: lastLeaseEnd.advanced(by: settlement.settleDelay))
    }
}
