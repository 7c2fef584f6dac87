/// What was waited for in vain.
public struct Expired: Error, CustomStringConvertible {
    /// What was to happen.
    public let what: String
    /// How long it was waited for.
    public let limit: Duration
    /// What was in the way at the end, or nothing.
    public let seen: String

    /// What was waited for, how long, and what was in the way.
    public var description: String {
        "waited \(limit) in vain until \(what)" + (seen.isEmpty ? "" : "; last seen: \(seen)")
    }
}

/// Asks again and again until something holds.
///
/// The limit only ends tests that hang; no test is decided by how fast the machine is.
///
/// - Parameters:
///   - what: What is waited for, in words that follow "until".
///   - pause: The time between two questions.
///   - seen: Says what is in the way, once the time is over.
/// - Throws: ``Expired`` when the limit has passed, and what `holds` throws.
public func eventually(
    _ what: String, within limit: Duration = .seconds(300), every pause: Duration = .milliseconds(5),
    seen: () async -> String = { "" }, _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !holds() {
        guard ContinuousClock.now < deadline else { throw Expired(what: what, limit: limit, seen: await seen()) }
        try await Task.sleep(for: pause)
    }
}
