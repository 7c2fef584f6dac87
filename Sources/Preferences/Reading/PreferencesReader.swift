package import Logging
package import PostgreSQL
import Synchronization

/// Reads preferences: from memory when it can, which takes no suspension, else from the database.
///
/// Run `run()` beside it. Until then, and whenever changes made by other processes might go unheard, nothing is kept in
/// memory and each read goes to the database.
///
/// **Guarantees**: a hit is at most `heartbeat * 3` behind a change whose notice was lost with a broken connection, and
/// otherwise behind by the time a notice takes; this process reads its own writes (`invalidate`).
/// **Concurrency**: safe from any thread.
package final class PreferencesReader: Sendable {
    private let pool: PostgresPool
    private let listener: PostgresListener
    private let codec: PreferencesCodec
    private let heartbeat: Duration
    private let onChange: @Sendable (_ cardID: String) -> Void
    private let logger: Logger
    private let cache: PreferencesCache
    private let watchers = PreferencesWatchers()
    private let lastHeard = Mutex<ContinuousClock.Instant?>(nil)

    private static let heartbeatChannel = "preferences_heartbeat"

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - pool: the database.
    ///   - listener: what announces changes; over the same database.
    ///   - codec: what a cached preference is kept as.
    ///   - cardsMax: how many cards are kept at most; a card of three links takes some 400 bytes.
    ///   - heartbeat: how often the way of notices is tried out.
    ///   - onChange: called with a card whose preference has changed, in whichever process, once it is committed; it
    ///     must return at once. A hint: a notice may be lost with a broken connection.
    package init(
        pool: PostgresPool, listener: PostgresListener, codec: PreferencesCodec = .packed, cardsMax: Int = 1_000_000,
        heartbeat: Duration = .seconds(2), onChange: @escaping @Sendable (_ cardID: String) -> Void = { _ in },
        logger: Logger
    ) {
        self.pool = pool
        self.listener = listener
        self.codec = codec
        self.heartbeat = heartbeat
        self.onChange = onChange
        self.logger = logger
        cache = PreferencesCache(cardsMax: cardsMax)
    }

    /// The preference in force, if memory has it; never suspends.
    ///
    /// **Cost**: one lock and one look-up.
    package func cached(_ cardID: String) -> PreferencesSnapshot? {
        cache.bytes(cardID).flatMap { codec.decode(cardID, $0) }
    }

    /// The preference in force, from the database, kept for the next reader.
    ///
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT` or `UNKNOWN_CARD`; `PostgresError`.
    package func load(_ cardID: String) async throws -> PreferencesSnapshot {
        try RequestCheck.id(cardID, "card_id")
        let load = cache.beginLoad(cardID)
        var bytes: [UInt8]?
        defer { cache.endLoad(load, bytes: bytes) }
        guard let current = try await pool.first(PreferenceVersionStore.current(cardID: cardID)) else {
            throw PreferencesError.unknownCard
        }
        bytes = codec.encode(current)
        return current
    }

    /// The preference in force.
    ///
    /// **Errors**: as `load`.
    package func current(_ cardID: String) async throws -> PreferencesSnapshot {
        if let cached = cached(cardID) { return cached }
        return try await load(cardID)
    }

    /// Gives the preference in force at once and again after each change, until the task is cancelled or `onChange`
    /// throws.
    ///
    /// **Guarantees**: changes that follow each other quickly may be given as one; the newest is always given.
    /// **Errors**: as `load`; what `onChange` throws.
    package func watch(
        _ cardID: String, onChange: @Sendable (PreferencesSnapshot) async throws -> Void
    ) async throws {
        try RequestCheck.id(cardID, "card_id")
        let (id, signals) = watchers.add(cardID)
        defer { watchers.remove(id, cardID) }
        var last: PreferencesSnapshot?
        for await _ in signals {
            let current = try await load(cardID)
            if current == last { continue }
            try await onChange(current)
            last = current
        }
    }

    /// Forgets a card that this process changed; `PreferencesContext.onChanged` calls it.
    package func invalidate(_ cardID: String) {
        cache.invalidate(cardID)
        watchers.signal(cardID)
        onChange(cardID)
    }

    /// How many cards are in memory.
    package var cachedCount: Int { cache.count }

    /// Listens for changes until the task is cancelled.
    package func run() async throws {
        defer { cache.reset(isLive: false) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listen() }
            group.addTask { await self.beat() }
            try await group.waitForAll()
        }
    }

    private func listen() async throws {
        try await listener.run(channels: [preferencesChangedChannel, Self.heartbeatChannel]) { channel, payload in
            if channel == Self.heartbeatChannel { self.heard() } else { self.invalidate(payload) }
        } onReconnect: {
            self.cache.reset(isLive: true)
            self.lastHeard.withLock { $0 = .now }
            self.watchers.signalAll()
        }
    }

    private func heard() {
        // What came between may have been lost, so a silence that has ended begins with an empty memory.
        let wasSilent = lastHeard.withLock { last in
            defer { last = .now }
            return last == nil
        }
        guard wasSilent else { return }
        cache.reset(isLive: true)
        watchers.signalAll()
    }

    /// Sends heartbeats through the database; when they no longer come back, memory is not trusted.
    private func beat() async {
        while true {
            do { try await Task.sleep(for: heartbeat) } catch { return }
            do { _ = try await pool.query(PreferenceNoticeStore.beat(channel: Self.heartbeatChannel)) } catch {
                logger.debug("a heartbeat could not be sent", metadata: ["error": "\(error)"])
            }
            let isSilent = lastHeard.withLock { last in
                guard let heard = last, ContinuousClock.now - heard > heartbeat * 3 else { return false }
                last = nil
                return true
            }
            if isSilent {
                logger.warning(
                    "notifications of changed preferences do not arrive; reading from the database until they do")
                cache.reset(isLive: false)
            }
        }
    }
}
