import Issuance
import Wallet

/// The wallet as a destination of card rewards.
extension ServiceConfiguration {
    static func walletEnvironment(_ reader: SettingsReader) async throws -> WalletEnvironment {
        let setting = Settings.WalletPayouts.environment
        guard let environment = WalletEnvironment(rawValue: try await reader.required(setting).uppercased()) else {
            throw ConfigurationError(setting: setting.key, problem: "must be LIVE or SANDBOX")
        }
        return environment
    }

    /// Reads how refunds take back what was paid into the wallet.
    static func walletPayouts(_ issuance: inout IssuanceConfiguration, _ reader: SettingsReader) async throws {
        issuance.walletClawback = try await choice(Settings.WalletPayouts.clawback, reader)
        issuance.walletClawbackRetry = try await reader.required(Settings.WalletPayouts.clawbackRetry)
        issuance.walletPayoutRetry = try await reader.required(Settings.WalletPayouts.payoutRetry)
    }
}
