import Cryptography
public import PostgreSQL

/// What every use case of the wallet works with: the database, the settings and a source of ids.
public struct WalletContext: Sendable {
    /// The database.
    public let pool: PostgresPool
    /// What the installation decided.
    public let settings: WalletSettings
    let makeID: @Sendable (_ prefix: String) -> String
    /// What every write does besides its effect, in the same transaction.
    private(set) var also: [PostgresStatement] = []

    /// Makes a context.
    ///
    /// - Parameter makeID: makes an id that was never made before; nil draws 128 random bits.
    public init(
        pool: PostgresPool, settings: WalletSettings,
        makeID: (@Sendable (_ prefix: String) -> String)? = nil
    ) {
        self.pool = pool
        self.settings = settings
        self.makeID = makeID ?? { $0 + Hexadecimal.encode(randomBytes(count: 16)) }
    }

    /// The same wallet, whose writes also run these statements, each in its own transaction.
    ///
    /// **Guarantees** They take effect exactly when the write does: not when it is refused, and not when an earlier answer is
    /// replayed.
    public func also(_ statements: [PostgresStatement]) -> WalletContext {
        var context = self
        context.also = statements
        return context
    }

    /// An id that was never made before, for use cases that let the caller choose it.
    public func newID(_ prefix: String) -> String { makeID(prefix) }

    func currency(_ caller: WalletCaller) -> WalletCurrency { settings.currency(of: caller.environment) }
}
