import Issuance
import Wallet

/// The wallet as a destination of card rewards.
extension ServiceConfiguration {
    static func walletEnvironment(_ reader: SettingsCheck) async -> WalletEnvironment {
        let words = Dictionary(uniqueKeysWithValues: WalletEnvironment.allCases.map { ($0.rawValue, $0) })
        let text = await reader.required(Settings.WalletPayouts.environment, "must be LIVE or SANDBOX") {
            words[$0.uppercased()] != nil
        }
        return words[text.uppercased()] ?? .sandbox
    }

    /// Reads how refunds take back what was paid into the wallet.
    static func walletPayouts(_ issuance: inout IssuanceConfiguration, _ reader: SettingsCheck) async {
        issuance.walletClawback = await choice(Settings.WalletPayouts.clawback, reader)
        issuance.walletClawbackRetry = await positive(Settings.WalletPayouts.clawbackRetry, reader)
        issuance.walletPayoutRetry = await positive(Settings.WalletPayouts.payoutRetry, reader)
    }
}
