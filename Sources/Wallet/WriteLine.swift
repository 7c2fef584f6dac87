import OperatorRecord
import PostgreSQL
import Rewards

/// What a write is about, so that those about the same take turns instead of connections.
enum WriteLine {
    /// A member, whose row the write locks.
    case member(String)
    /// A redemption, whose member the write looks up.
    case redemption(String)

    func name(in environment: WalletEnvironment) -> String {
        switch self {
        case .member(let id): "wallet-member:\(environment.rawValue):\(id)"
        case .redemption(let id): "wallet-redemption:\(environment.rawValue):\(id)"
        }
    }
}
