public import RPC
public import Rewards

/// One line of the table of errors: what a reason means and what it turns into on its way to people and programs (I-12).
public struct ErrorRow: Sendable, Hashable {
    /// What has become of the id or request id that the refused call carried (I-5).
    public enum Key: String, Sendable, Hashable, CaseIterable {
        /// Nothing is stored under it: it may be used again, for the corrected request too.
        case free
        /// An earlier call's content is stored under it, permanently.
        case taken
        /// It may be stored: only repeating the very same call is safe; it gives the outcome.
        case unknown
    }

    /// The stable reason.
    public let reason: String
    /// What kind of wrong it is.
    public let kind: FaultKind
    /// The rooms and doors that give it.
    public let givers: [String]
    /// What it is over gRPC; nil for what only the HTTP door says.
    public let rpcStatus: RPCStatusCode?
    /// What it is over HTTP.
    public let httpStatus: Int
    /// What may have happened to the thing asked for; each error carries one of them.
    public let outcomes: [EffectOutcome]
    /// What has become of the call's key.
    public let key: Key
    /// What it means.
    public let meaning: String
    /// What to do about it.
    public let remedy: String
}
