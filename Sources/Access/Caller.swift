import PostgreSQL

/// Who makes a call, as its key says.
package struct Caller: Sendable, Hashable {
    /// The client's name, for the record of operator actions.
    package let clientID: String
    /// How far its key reaches.
    package let role: APIRole

    /// Makes a caller; doors that run without keys make their own.
    package init(clientID: String, role: APIRole) {
        self.clientID = clientID
        self.role = role
    }

    /// Refuses a caller whose role does not reach far enough.
    ///
    /// **Errors** `PERMISSION_DENIED`.
    package func require(_ needed: APIRole) throws(AccessError) {
        guard role.reaches(needed) else {
            throw AccessError(
                .permissionDenied, "this needs an API client of role \(needed.rawValue); this key's is \(role.rawValue)"
            )
        }
    }
}
