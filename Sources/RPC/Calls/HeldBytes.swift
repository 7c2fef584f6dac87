/// What one call keeps of its request, as it is counted with all calls'.
struct HeldBytes: Sendable {
    /// Up to how many bytes of a call are not counted: small requests cost less than the call itself, whose number is
    /// limited, and so pay no atomic operations.
    static let uncountedMax = 4 * 1024

    /// How many bytes are counted.
    private(set) var counted = 0

    /// The call keeps this many now; by how much its count changes.
    mutating func becomes(_ byteCount: Int) -> Int {
        guard byteCount > Self.uncountedMax || counted > 0 else { return 0 }
        defer { counted = byteCount }
        return byteCount - counted
    }

    /// The call keeps nothing any more; how many bytes to take off the count.
    mutating func released() -> Int {
        defer { counted = 0 }
        return counted
    }
}
