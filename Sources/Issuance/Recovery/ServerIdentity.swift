import PostgreSQL

/// Which server and database the service writes to.
///
/// A promotion and a point-in-time recovery begin a new timeline, a new cluster has another system identifier, and a
/// database that was made from a dump has another OID. After any of these the database may lack what Cosmo has.
struct ServerIdentity: Sendable, Hashable {
    /// The cluster's identifier, from its control file; empty when the service may not read it.
    var systemIdentifier: String
    /// The timeline that is written, eight hexadecimal digits; empty when the service may not read it.
    var timeline: String
    /// The database's OID.
    var databaseOID: String

    /// What has changed since; nil when everything that both could read is the same.
    func change(since known: ServerIdentity) -> (cause: RecoveryCause, detail: String)? {
        func differs(_ part: KeyPath<ServerIdentity, String>) -> Bool {
            !self[keyPath: part].isEmpty && !known[keyPath: part].isEmpty && self[keyPath: part] != known[keyPath: part]
        }
        if differs(\.systemIdentifier) {
            return (.server, "system identifier \(known.systemIdentifier) became \(systemIdentifier)")
        }
        if differs(\.timeline) { return (.timeline, "timeline \(known.timeline) became \(timeline)") }
        if differs(\.databaseOID) { return (.database, "database OID \(known.databaseOID) became \(databaseOID)") }
        return nil
    }
}
