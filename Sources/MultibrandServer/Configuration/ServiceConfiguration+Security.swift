import Cosmo
package import TLS

/// What the security of a set-up is judged by.
extension ServiceConfiguration {
    /// A certificate that is configured, and when it is good.
    package struct Certificate: Sendable {
        package let setting: String
        package let validity: CertificateValidity
    }

    /// A secret of Cosmo's deliveries, by its length alone.
    struct SecretLength: Sendable {
        let setting: String
        /// Which of several, as words to append.
        let name: String
        let bytes: Int
    }

    static func insecure(_ reader: SettingsReader) async throws -> Set<InsecureSetting> {
        try await Set(
            list(Settings.Service.insecure, reader).map { name in
                guard let weakness = InsecureSetting(rawValue: name) else {
                    throw ConfigurationError(
                        setting: Settings.Service.insecure.key,
                        problem: "may list " + InsecureSetting.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return weakness
            })
    }

    /// The TLS of a door; nil when it has no certificate.
    ///
    /// **Errors** ``ConfigurationError``: half a pair, a file that cannot be read, a key of another certificate.
    static func tls(
        _ certificate: Setting<String>, _ key: Setting<String>, clientAuthorities: Setting<String>? = nil,
        protocols: [String], _ reader: SettingsReader
    ) async throws -> (context: TLSServerContext, certificate: Certificate)? {
        var authorities: String?
        if let clientAuthorities { authorities = try await reader.value(clientAuthorities) }
        guard let files = try await tlsFiles(certificate, key, reader) else {
            guard let clientAuthorities, authorities != nil else { return nil }
            throw ConfigurationError(
                setting: clientAuthorities.key,
                problem:
                    "has no effect without \(certificate.key) and \(key.key): the door would take anybody, in clear. "
                    + "Set them, or take it out"
            )
        }
        if let clientAuthorities, let authorities { try requireCertificates(in: authorities, clientAuthorities) }
        do {
            return (
                try TLSServerContext(
                    certificateChainPath: files.certificate, privateKeyPath: files.key,
                    clientAuthorityPath: authorities, protocols: protocols),
                Certificate(
                    setting: certificate.key, validity: try CertificateValidity(chainPath: files.certificate))
            )
        } catch {
            throw ConfigurationError(setting: certificate.key, problem: "cannot be used: \(error)")
        }
    }

    private static func requireCertificates(in path: String, _ setting: Setting<String>) throws {
        do {
            _ = try CertificateValidity(chainPath: path)
        } catch {
            throw ConfigurationError(setting: setting.key, problem: "cannot be used: \(error)")
        }
    }

    /// Refuses credentials that the chosen mode of the webhooks never looks at.
    static func refuseIdleCredentials(_ reader: SettingsReader) async throws {
        let mode = try await reader.required(Settings.Webhook.authentication)
        let ofModes = [
            ("basic", Settings.Webhook.basicUsername), ("basic", Settings.Webhook.basicPassword),
            ("oauth", Settings.Webhook.oauthClientID), ("oauth", Settings.Webhook.oauthClientSecret),
        ]
        for (needed, setting) in ofModes where needed != mode {
            guard try await reader.value(setting) != nil else { continue }
            throw ConfigurationError(
                setting: setting.key,
                problem:
                    "has no effect while \(Settings.Webhook.authentication.key) is \(mode): take it out, or set that "
                    + "to \(needed)"
            )
        }
        guard try await !reader.required(Settings.RPC.authentication),
            try await reader.value(Settings.Service.operatorKey) != nil
        else { return }
        throw ConfigurationError(
            setting: Settings.Service.operatorKey.key,
            problem: "has no effect while \(Settings.RPC.authentication.key) is off: take it out, or set that to on")
    }

    static func webhookSecrets(_ webhook: WebhookAuthentication, _ reader: SettingsReader) async throws
        -> [SecretLength]
    {
        var secrets = webhook.signature.secrets.map { secret in
            SecretLength(setting: Settings.Webhook.secrets.key, name: " in \(secret.name)", bytes: secret.key.count)
        }
        for setting in [Settings.Webhook.basicPassword, Settings.Webhook.oauthClientSecret] {
            guard let text = try await reader.value(setting) else { continue }
            secrets.append(SecretLength(setting: setting.key, name: "", bytes: text.utf8.count))
        }
        return secrets
    }
}
