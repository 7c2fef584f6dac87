package import PostgreSQL

/// Reads preferences: from memory when it can, which takes no suspension, else from the database.
///
/// Until notices of other processes are heard, and whenever they might not be, nothing is kept in memory and each read
/// goes to the database.
///
/// **Guarantees**: a hit is at most three heartbeats of the notices behind a change whose notice was lost with a broken
/// connection, and otherwise behind by the time a notice takes; this process reads its own writes (`invalidate`).
/// **Concurrency**: safe from any thread.
package final class PreferencesReader: Sendable {
    private let pool: PostgresPool
    private let codec: PreferencesCodec
    private let onChange: @Sendable (_ cardID: String) -> Void
    private let cache: PreferencesCache
    private let watchers = PreferencesWatchers()

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - pool: the database.
    ///   - notices: what announces changes; over the same database, not running yet.
    ///   - codec: what a cached preference is kept as.
    ///   - cardsMax: how many cards are kept at most; a card of three links takes some 400 bytes.
    ///   - onChange: called with a card whose preference has changed, in whichever process, once it is committed; it
    ///     must return at once. A hint: a notice may be lost with a broken connection.
    package init(
        pool: PostgresPool, notices: PostgresNotices, codec: PreferencesCodec = .packed, cardsMax: Int = 1_000_000,
        onChange: @escaping @Sendable (_ cardID: String) -> Void = { _ in }
    ) {
        self.pool = pool
        self.codec = codec
        self.onChange = onChange
        cache = PreferencesCache(cardsMax: cardsMax)
        notices.subscribe(
            to: preferencesChangedChannel, onNotice: { [weak self] in self?.invalidate($0) },
            onHearing: { [weak self] in self?.hear($0) })
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

    private func hear(_ isHearing: Bool) {
        // What came before may have been missed, so memory begins empty.
        cache.reset(isLive: isHearing)
        if isHearing { watchers.signalAll() }
    }
}
