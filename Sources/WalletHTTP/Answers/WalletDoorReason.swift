public import Rewards

/// What the REST door refuses by itself with a code that the room has not.
public enum WalletDoorReason: String, ErrorReason {
    /// The path takes another method; `Allow` names those it takes.
    case methodNotAllowed = "METHOD_NOT_ALLOWED"

    /// What kind of wrong it is.
    public var kind: FaultKind { .invalidArgument }
    /// Its HTTP status (RFC 9110 section 15.5.6).
    public var httpStatus: Int { 405 }
}
