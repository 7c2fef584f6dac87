import PostgreSQL

/// A row that a write locks, so that the writes of a process that want it take turns instead of connections.
///
/// Lines are entered in the order of their names. The pool's comes after those of keys and members, so that a credit
/// enters it only when nothing else keeps it waiting.
enum WriteLine {
    /// An idempotency key.
    case key(WalletIdempotency, WalletCaller)
    /// A member.
    case member(String)
    /// An offer.
    case offer(String)
    /// An organisation key.
    case orgKey(String)
    /// The prepaid pool.
    case pool
    /// An endpoint.
    case webhook(String)
    /// The number of active endpoints.
    case webhookCount

    func name(in environment: WalletEnvironment) -> String {
        let prefix = "wallet-\(environment.rawValue)-"
        return switch self {
        case .key(let idempotency, let caller): prefix + "key:\(caller.idempotencyScope):\(idempotency.key)"
        case .member(let id): prefix + "member:\(id)"
        case .offer(let id): prefix + "offer:\(id)"
        case .orgKey(let id): prefix + "org-key:\(id)"
        case .pool: prefix + "pool"
        case .webhook(let id): prefix + "webhook:\(id)"
        case .webhookCount: prefix + "webhooks"
        }
    }
}

extension WalletContext {
    /// Runs `body`, whose transaction locks these rows, when it is this call's turn.
    func inLines<T: Sendable>(
        _ lines: [WriteLine], _ environment: WalletEnvironment, patience: Duration? = nil,
        _ body: () async throws -> T
    ) async throws -> T {
        try await pool.withLines(
            lines.map { $0.name(in: environment) }, patience: patience ?? PostgresPool.linePatience, body)
    }
}
