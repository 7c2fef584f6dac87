import HTTPDoor
import TLS
package import Wallet
package import WalletHTTP

/// The wallet's settings, checked before anything is started.
extension ServiceConfiguration {
    /// The wallet as this installation runs it.
    package struct Wallet: Sendable {
        /// Whether the REST door listens and webhooks are sent.
        package var isEnabled: Bool
        /// What the room needs to know; the gRPC door uses it too, whether or not the REST door listens.
        package var settings: WalletSettings
        package var door: WalletServerConfiguration
        package var deliveries: WalletDeliveryConfiguration

        package var host: String { door.listening.host }
        package var port: Int { door.listening.port }
        package var isTLS: Bool { door.listening.tls != nil }
    }

    static func wallet(
        _ reader: SettingsReader, tls: TLSServerContext?, http: HTTPListener, drainTimeout: Duration
    ) async throws -> Wallet {
        let isEnabled = try await reader.required(Settings.Wallet.enabled)
        let settings = try await walletSettings(reader)
        guard !isEnabled || !settings.tokenSecrets.isEmpty else {
            let setting = Settings.Wallet.tokenSecrets
            throw ConfigurationError(
                setting: setting.key,
                problem:
                    "must be given when \(Settings.Wallet.enabled.key) is on, for member tokens are signed with it: "
                    + "make one with `openssl rand -hex 32` and set \(setting.environmentVariable)"
            )
        }
        return Wallet(
            isEnabled: isEnabled, settings: settings,
            door: try await walletDoor(reader, tls: tls, http: http, drainTimeout: drainTimeout),
            deliveries: WalletDeliveryConfiguration(
                attemptTimeout: try await positive(Settings.Wallet.webhookTimeout, reader),
                concurrentAttemptsMax: try await positive(Settings.Wallet.webhookConcurrency, reader)))
    }

    private static func walletSettings(_ reader: SettingsReader) async throws -> WalletSettings {
        let live = WalletCurrency(
            name: try await reader.required(Settings.Wallet.currencyName),
            symbol: try await reader.required(Settings.Wallet.currencySymbol))
        let sandbox = WalletCurrency(
            name: try await reader.value(Settings.Wallet.sandboxCurrencyName) ?? live.name,
            symbol: try await reader.value(Settings.Wallet.sandboxCurrencySymbol) ?? live.symbol)
        let prefix = try await reader.required(Settings.Wallet.keyPrefix)
        guard (1...20).contains(prefix.utf8.count),
            prefix.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
        else {
            throw ConfigurationError(
                setting: Settings.Wallet.keyPrefix.key, problem: "must be 1 to 20 lower-case letters and digits")
        }
        let secrets = try await list(Settings.Wallet.tokenSecrets, reader).map { text in
            guard let secret = WalletTokenSecret(Array(text.utf8)) else {
                throw ConfigurationError(
                    setting: Settings.Wallet.tokenSecrets.key,
                    problem:
                        "must hold secrets of at least 32 bytes, separated by commas: `openssl rand -hex 32` makes one")
            }
            return secret
        }
        let holdTime = try await positive(Settings.Wallet.holdTime, reader)
        guard (.seconds(1)...WalletHolds.lifetimeMax).contains(holdTime) else {
            throw ConfigurationError(
                setting: Settings.Wallet.holdTime.key, problem: "must be from 1 second to 30 days")
        }
        return WalletSettings(
            currencies: [.live: live, .sandbox: sandbox], keyPrefix: prefix,
            tokenLifetime: try await positive(Settings.Wallet.tokenLifetime, reader), tokenSecrets: secrets,
            isPoolEnabled: try await reader.required(Settings.Wallet.poolEnabled), holdLifetime: holdTime,
            webhookReach: try await choice(Settings.Wallet.webhookReach, reader))
    }

    private static func walletDoor(
        _ reader: SettingsReader, tls: TLSServerContext?, http: HTTPListener, drainTimeout: Duration
    ) async throws -> WalletServerConfiguration {
        let requestsPerSecond = try await reader.required(Settings.Wallet.requestsPerSecond)
        guard requestsPerSecond >= 0 else {
            throw ConfigurationError(setting: Settings.Wallet.requestsPerSecond.key, problem: "must be 0 or more")
        }
        let burst = try await positive(Settings.Wallet.burst, reader)
        var limits = http.limits
        limits.idleTimeout = try await positive(Settings.Wallet.idleTimeout, reader)
        let listening = HTTPDoorConfiguration(
            host: try await reader.required(Settings.Wallet.host), port: try await port(Settings.Wallet.port, reader),
            limits: limits, connectionsMax: try await connections(Settings.Wallet.connectionsMax, reader),
            drainTimeout: drainTimeout, tls: tls, bodies: http.bodies)
        let bodyBytesMax = try await positive(Settings.Wallet.bodyBytesMax, reader)
        guard http.bodies.bytesMax >= bodyBytesMax else {
            throw ConfigurationError(
                setting: Settings.HTTP.bodiesBytesMax.key,
                problem:
                    "must be at least \(Settings.Wallet.bodyBytesMax.key), or no body of that size could ever come in")
        }
        return WalletServerConfiguration(
            listening: listening, bodyBytesMax: bodyBytesMax,
            requestTimeout: try await positive(Settings.Wallet.requestTimeout, reader),
            rateLimit: requestsPerSecond == 0
                ? nil : WalletServerConfiguration.RateLimit(requestsPerSecond: requestsPerSecond, burst: burst))
    }
}
