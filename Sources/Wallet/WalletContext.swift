import Cryptography
package import OperatorRecord
package import PostgreSQL

/// What every use case of the wallet works with: the database, the settings and a source of ids.
package struct WalletContext: Sendable {
    /// The database.
    package let pool: PostgresPool
    /// What the installation decided.
    package let settings: WalletSettings
    let makeID: @Sendable (_ prefix: String) -> String
    /// What every write records besides its effect, in the same transaction.
    private(set) var audit: AuditEntry?

    /// Makes a context.
    ///
    /// - Parameter makeID: makes an id that was never made before; nil draws 128 random bits.
    package init(
        pool: PostgresPool, settings: WalletSettings,
        makeID: (@Sendable (_ prefix: String) -> String)? = nil
    ) {
        self.pool = pool
        self.settings = settings
        self.makeID = makeID ?? { $0 + Hexadecimal.encode(randomBytes(count: 16)) }
    }

    /// The same wallet, whose writes record this entry, each in its own transaction: all of them pass through two
    /// functions of the context.
    ///
    /// **Guarantees** It is recorded exactly when the write takes effect: not when it is refused, and not when an
    /// earlier answer is replayed.
    package func recording(_ audit: AuditEntry?) -> WalletContext {
        var context = self
        context.audit = audit
        return context
    }

    /// An id that was never made before, for use cases that let the caller choose it.
    package func newID(_ prefix: String) -> String { makeID(prefix) }

    func currency(_ caller: WalletCaller) -> WalletCurrency { settings.currency(of: caller.environment) }
}
