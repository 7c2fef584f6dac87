package import RPC
package import Rewards

/// One line of the table of errors: what a reason means and what it turns into on its way to people and programs
/// (I-12).
package struct ErrorRow: Sendable, Hashable {
    /// What has become of the id or request id that the refused call carried (I-5).
    package enum Key: String, Sendable, Hashable, CaseIterable {
        /// Nothing is stored under it: it may be used again, for the corrected request too.
        case free
        /// An earlier call's content is stored under it, permanently.
        case taken
        /// It may be stored: only repeating the very same call is safe; it gives the outcome.
        case unknown
    }

    /// The stable reason.
    package let reason: String
    /// What kind of wrong it is.
    package let kind: FaultKind
    /// The rooms and doors that give it.
    package let givers: [String]
    /// What it is over gRPC; nil for what only the HTTP door says.
    package let rpcStatus: RPCStatusCode?
    /// What it is over HTTP.
    package let httpStatus: Int
    /// What may have happened to the thing asked for; each error carries one of them.
    package let outcomes: [EffectOutcome]
    /// What has become of the call's key.
    package let key: Key
    /// What it means.
    package let meaning: String
    /// What to do about it.
    package let remedy: String
}
