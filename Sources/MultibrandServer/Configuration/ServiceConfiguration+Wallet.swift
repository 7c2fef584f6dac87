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
        _ reader: SettingsCheck, tls: TLSServerContext?, http: HTTPListener, drainTimeout: Duration
    ) async -> Wallet {
        let isEnabled = await reader.required(Settings.Wallet.enabled)
        let settings = await walletSettings(reader)
        if isEnabled, settings.tokenSecrets.isEmpty {
            let setting = Settings.Wallet.tokenSecrets
            await reader.note(
                setting,
                "must be given when \(Settings.Wallet.enabled.key) is on, because it signs member tokens: "
                    + "make one with `openssl rand -hex 32` and set \(setting.environmentVariable)")
        }
        return Wallet(
            isEnabled: isEnabled, settings: settings,
            door: await walletDoor(reader, tls: tls, http: http, drainTimeout: drainTimeout),
            deliveries: WalletDeliveryConfiguration(
                attemptTimeout: await positive(Settings.Wallet.webhookTimeout, reader),
                concurrentAttemptsMax: await positive(Settings.Wallet.webhookConcurrency, reader)))
    }

    private static func walletSettings(_ reader: SettingsCheck) async -> WalletSettings {
        let live = WalletCurrency(
            name: await reader.required(Settings.Wallet.currencyName),
            symbol: await reader.required(Settings.Wallet.currencySymbol))
        let sandbox = WalletCurrency(
            name: await reader.value(Settings.Wallet.sandboxCurrencyName) ?? live.name,
            symbol: await reader.value(Settings.Wallet.sandboxCurrencySymbol) ?? live.symbol)
        let prefix = await reader.required(
            Settings.Wallet.keyPrefix, "must be 1 to 20 lower-case letters and digits"
        ) { prefix in
            (1...20).contains(prefix.utf8.count)
                && prefix.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        }
        let texts = await list(Settings.Wallet.tokenSecrets, reader)
        let secrets = texts.compactMap { WalletTokenSecret(Array($0.utf8)) }
        if secrets.count < texts.count {
            await reader.note(
                Settings.Wallet.tokenSecrets,
                "must hold secrets of at least 32 bytes, separated by commas: `openssl rand -hex 32` makes one")
        }
        let holdTime = await reader.required(Settings.Wallet.holdTime, "must be from 1 second to 30 days") { time in
            (.seconds(1)...WalletHolds.lifetimeMax).contains(time)
        }
        return WalletSettings(
            currencies: [.live: live, .sandbox: sandbox], keyPrefix: prefix,
            tokenLifetime: await positive(Settings.Wallet.tokenLifetime, reader), tokenSecrets: secrets,
            isPoolEnabled: await reader.required(Settings.Wallet.poolEnabled), holdLifetime: holdTime,
            webhookReach: await choice(Settings.Wallet.webhookReach, reader))
    }

    private static func walletDoor(
        _ reader: SettingsCheck, tls: TLSServerContext?, http: HTTPListener, drainTimeout: Duration
    ) async -> WalletServerConfiguration {
        let requestsPerSecond = await reader.required(Settings.Wallet.requestsPerSecond, "must be 0 or more") {
            $0 >= 0
        }
        let burst = await positive(Settings.Wallet.burst, reader)
        var limits = http.limits
        limits.idleTimeout = await positive(Settings.Wallet.idleTimeout, reader)
        let listening = HTTPDoorConfiguration(
            host: await reader.required(Settings.Wallet.host), port: await port(Settings.Wallet.port, reader),
            limits: limits, connectionsMax: await connections(Settings.Wallet.connectionsMax, reader),
            drainTimeout: drainTimeout, tls: tls, bodies: http.bodies)
        let bodyBytesMax = await positive(Settings.Wallet.bodyBytesMax, reader)
        if http.bodies.bytesMax < bodyBytesMax {
            await reader.note(
                Settings.HTTP.bodiesBytesMax,
                "must be at least \(Settings.Wallet.bodyBytesMax.key), or a body of that size is never accepted")
        }
        return WalletServerConfiguration(
            listening: listening, bodyBytesMax: bodyBytesMax,
            requestTimeout: await positive(Settings.Wallet.requestTimeout, reader),
            rateLimit: requestsPerSecond == 0
                ? nil : WalletServerConfiguration.RateLimit(requestsPerSecond: requestsPerSecond, burst: burst))
    }
}
