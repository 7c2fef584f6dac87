import Cryptography
public import PostgreSQL

/// What every use case of the wallet works with: the database, the settings and a source of ids.
public struct WalletContext: Sendable {
    /// The database.
    public let pool: PostgresPool
    /// What the installation decided.
    public let settings: WalletSettings
    let makeID: @Sendable (_ prefix: String) -> String

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

    func currency(_ caller: WalletCaller) -> WalletCurrency { settings.currency(of: caller.environment) }
}
