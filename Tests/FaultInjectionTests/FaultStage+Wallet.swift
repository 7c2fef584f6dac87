import PostgreSQL
import Wallet

extension FaultStage {
    /// The wallet, with a prepaid pool, through the way that breaks unless another is given.
    func wallet(_ way: PostgresPool? = nil) -> WalletContext {
        WalletContext(pool: way ?? pool, settings: WalletSettings(isPoolEnabled: true))
    }
}
