/// Finds a method by the bytes of its path, without making a string of them.
struct PathTable: Sendable {
    private struct Slot: Sendable {
        let path: [UInt8]
        let method: RPCMethod
    }

    private var slots: [Slot?]
    private let mask: Int

    init(_ methods: [RPCMethod]) {
        var capacity = 8
        while capacity < methods.count * 4 { capacity *= 2 }
        mask = capacity - 1
        slots = Array(repeating: nil, count: capacity)
        for method in methods {
            let path = Array(method.path.utf8)
            var position = path.withUnsafeBufferPointer { Self.hash($0) } & mask
            while slots[position] != nil { position = (position + 1) & mask }
            slots[position] = Slot(path: path, method: method)
        }
    }

    func method(at path: UnsafeBufferPointer<UInt8>) -> RPCMethod? {
        var position = Self.hash(path) & mask
        while let slot = slots[position] {
            if slot.path.count == path.count, slot.path.elementsEqual(path) { return slot.method }
            position = (position + 1) & mask
        }
        return nil
    }

    // FNV-1a. The table is filled by us, never by peers: they cannot make it collide.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}
