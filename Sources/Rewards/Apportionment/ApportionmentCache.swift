import Synchronization

/// The apportionment tables in use, shared between all cards whose parts are equal and bounded in memory.
///
/// Two generations: when the young one fills its half of the budget it becomes the old one and the former old one goes;
/// a hit in the old one moves to the young. So what is in use stays.
///
/// **Concurrency** Safe from any thread; tables are built outside the lock.
/// **Cost** A hit hashes 32 bytes under a lock.
public final class ApportionmentCache: Sendable {
    private let generationBytesMax: Int
    private let generations = Mutex(Generations())

    private struct Generations {
        var young: [PartsKey: Apportionment] = [:]
        var old: [PartsKey: Apportionment] = [:]
        var youngBytes = 0
    }

    /// Makes an empty cache.
    ///
    /// - Parameter bytesMax: the memory its tables may take together; a table takes at most 30 kB.
    public init(bytesMax: Int = 32 << 20) {
        generationBytesMax = max(bytesMax / 2, 0)
    }

    /// The table of a vector, built when absent.
    ///
    /// **Errors** ``ApportionmentError/noPrograms`` for the empty vector.
    public func table(for weights: WeightVector) throws(ApportionmentError) -> Apportionment {
        guard !weights.isEmpty else { throw .noPrograms }
        return table(reducedParts: weights.parts)
    }

    /// How many tables are held, for metrics and tests.
    public var tableCount: Int {
        generations.withLock { generations in
            generations.young.count + generations.old.keys.count { generations.young[$0] == nil }
        }
    }

    func table(reducedParts: [Int]) -> Apportionment {
        let key = PartsKey(reducedParts)
        let found = generations.withLock { generations -> Apportionment? in
            if let table = generations.young[key] { return table }
            guard let table = generations.old[key] else { return nil }
            insert(table, key, &generations)
            return table
        }
        if let found { return found }
        let built = Apportionment(reducedParts: reducedParts)
        generations.withLock { insert(built, key, &$0) }
        return built
    }

    private func insert(_ table: Apportionment, _ key: PartsKey, _ generations: inout Generations) {
        if generations.youngBytes + table.tableBytes > generationBytesMax {
            generations.old = generations.young
            generations.young = [:]
            generations.youngBytes = 0
        }
        if generations.young.updateValue(table, forKey: key) == nil { generations.youngBytes += table.tableBytes }
    }
}
