import Rewards
import Synchronization

/// Preferences in memory, by card: bounded, and empty while change notifications do not arrive.
///
/// Two generations approximate least-recently-used order: when the young one is full it becomes the old one, and what
/// was in the old one and not asked for since is forgotten. Both directions cost constant time.
///
/// **Guarantees**: a preference read before a change was announced is never kept after it (`beginLoad`).
/// **Concurrency**: safe from any thread; one short lock of sixteen is held at a time.
final class PreferencesCache: Sendable {
    /// A read of the database that may end up in the cache.
    struct Load {
        let cardID: ExactText
        fileprivate let shardEpoch: UInt64
        fileprivate let changes: UInt64
    }

    private struct Shard {
        var young: [ExactText: [UInt8]] = [:]
        var old: [ExactText: [UInt8]] = [:]
        /// Moves when the whole shard is dropped.
        var epoch: UInt64 = 0
        var isLive = false
        /// Reads under way, and how many changes were announced since the first of them began.
        var loading: [ExactText: (count: Int, changes: UInt64)] = [:]
    }

    private final class Slot: Sendable {
        let shard = Mutex(Shard())
    }

    private let slots: [Slot]
    private let cardsPerGenerationMax: Int

    init(cardsMax: Int) {
        slots = (0..<16).map { _ in Slot() }
        cardsPerGenerationMax = max(1, cardsMax / (2 * slots.count))
    }

    /// The bytes kept for a card.
    func bytes(_ card: String) -> [UInt8]? {
        let cardID = ExactText(card)
        return slot(cardID).shard.withLock { shard in
            if let bytes = shard.young[cardID] { return bytes }
            guard let bytes = shard.old.removeValue(forKey: cardID) else { return nil }
            keep(bytes, cardID, &shard)
            return bytes
        }
    }

    /// Announces a read of the database, so that a change announced meanwhile keeps its answer out of the cache.
    func beginLoad(_ card: String) -> Load {
        let cardID = ExactText(card)
        return slot(cardID).shard.withLock { shard in
            shard.loading[cardID, default: (0, 0)].count += 1
            return Load(
                cardID: cardID, shardEpoch: shard.epoch, changes: shard.loading[cardID]?.changes ?? 0)
        }
    }

    /// Ends a read; its answer is kept unless a change was announced, or the cache was dropped, since it began.
    ///
    /// What was announced before it began does not count, although an earlier read may still be under way: under load
    /// there is always one.
    func endLoad(_ load: Load, bytes: [UInt8]?) {
        slot(load.cardID).shard.withLock { shard in
            guard let loading = shard.loading[load.cardID] else { return }
            shard.loading[load.cardID] = loading.count > 1 ? (loading.count - 1, loading.changes) : nil
            if let bytes, loading.changes == load.changes, shard.isLive, shard.epoch == load.shardEpoch {
                keep(bytes, load.cardID, &shard)
            }
        }
    }

    /// Forgets a card that changed.
    func invalidate(_ card: String) {
        let cardID = ExactText(card)
        slot(cardID).shard.withLock { shard in
            shard.young[cardID] = nil
            shard.old[cardID] = nil
            shard.loading[cardID]?.changes += 1
        }
    }

    /// Forgets everything; keeps new entries only while `isLive`, that is, while changes are announced.
    func reset(isLive: Bool) {
        for slot in slots {
            slot.shard.withLock { shard in
                shard.young = [:]
                shard.old = [:]
                shard.epoch += 1
                shard.isLive = isLive
            }
        }
    }

    var count: Int { slots.reduce(0) { $0 + $1.shard.withLock { $0.young.count + $0.old.count } } }

    private func keep(_ bytes: [UInt8], _ cardID: ExactText, _ shard: inout Shard) {
        if shard.young.count >= cardsPerGenerationMax {
            shard.old = shard.young
            shard.young = [:]
        }
        shard.young[cardID] = bytes
    }

    private func slot(_ cardID: ExactText) -> Slot {
        var hasher = Hasher()
        hasher.combine(cardID)
        return slots[Int(UInt(bitPattern: hasher.finalize()) % UInt(slots.count))]
    }
}
