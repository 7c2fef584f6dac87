import Testing

/// Two private clusters in streaming replication, and what happens to them. One after the other: each takes two
/// servers.
@Suite("Failover", .serialized)
enum Failover {}
