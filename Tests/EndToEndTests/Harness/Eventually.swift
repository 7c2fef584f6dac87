/// What was waited for in vain.
struct Expired: Error, CustomStringConvertible {
    let what: String
    let limit: Duration
    let seen: String

    var description: String { "waited \(limit) in vain until \(what)" + (seen.isEmpty ? "" : "; last seen: \(seen)") }
}

/// Asks again until something holds; the only waiting in these tests, since another process has no signal to wait on.
///
/// - Parameter seen: tells what stood in the way, once the time is over.
func eventually(
    _ what: String, within limit: Duration = .seconds(300), every pause: Duration = .milliseconds(20),
    seen: () async -> String = { "" }, _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !holds() {
        guard ContinuousClock.now < deadline else { throw Expired(what: what, limit: limit, seen: await seen()) }
        try await Task.sleep(for: pause)
    }
}
