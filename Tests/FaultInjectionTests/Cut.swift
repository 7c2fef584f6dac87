import Testing

/// Where a connection to the database breaks.
enum Cut: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// COMMIT is not sent: the server never hears of it.
    case beforeCommit
    /// COMMIT is sent and done, and its answer never comes.
    case afterCommit
    /// COMMIT is done and its answer comes, and then the connection breaks: whatever the call still reads fails.
    case afterAnswer
    /// A statement that writes is sent in part, and nothing after it.
    case midStatement

    var testDescription: String { rawValue }
}

/// What a client finds after a break.
enum Aftermath: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// The next connection goes through.
    case reachable
    /// Nobody gets through until the fault is mended.
    case unreachable

    var testDescription: String { rawValue }
}
