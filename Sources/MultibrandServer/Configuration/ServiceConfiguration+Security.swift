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

    static func insecure(_ reader: SettingsCheck) async -> Set<InsecureSetting> {
        let names = await list(Settings.Service.insecure, reader)
        let weaknesses = names.compactMap(InsecureSetting.init(rawValue:))
        if weaknesses.count < names.count {
            await reader.note(
                Settings.Service.insecure,
                "may list only " + InsecureSetting.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return Set(weaknesses)
    }

    /// The TLS of a door; nil when it has no certificate, or one that cannot be used: half a pair, a file that cannot
    /// be read, a key of another certificate.
    static func tls(
        _ certificate: Setting<String>, _ key: Setting<String>, clientAuthorities: Setting<String>? = nil,
        protocols: [String], _ reader: SettingsCheck
    ) async -> (context: TLSServerContext, certificate: Certificate)? {
        var authorities: String?
        if let clientAuthorities { authorities = await reader.value(clientAuthorities) }
        guard let files = await tlsFiles(certificate, key, reader) else {
            guard let clientAuthorities, authorities != nil, reader.isSound(certificate), reader.isSound(key) else {
                return nil
            }
            await reader.note(
                clientAuthorities,
                "has no effect without \(certificate.key) and \(key.key): without TLS the door cannot check "
                    + "client certificates. Set both, or remove this setting")
            return nil
        }
        if let clientAuthorities, let authorities {
            do {
                _ = try CertificateValidity(chainPath: authorities)
            } catch {
                await reader.note(clientAuthorities, "cannot be used: \(error)")
                return nil
            }
        }
        do {
            return (
                try TLSServerContext(
                    certificateChainPath: files.certificate, privateKeyPath: files.key,
                    clientAuthorityPath: authorities, protocols: protocols),
                Certificate(
                    setting: certificate.key, validity: try CertificateValidity(chainPath: files.certificate))
            )
        } catch {
            await reader.note(certificate, "cannot be used: \(error)")
            return nil
        }
    }

    /// Refuses credentials that the chosen mode of the webhooks never looks at.
    static func refuseIdleCredentials(_ reader: SettingsCheck) async {
        let mode = await reader.required(Settings.Webhook.authentication)
        guard reader.isSound(Settings.Webhook.authentication) else { return }
        let ofModes = [
            ("basic", Settings.Webhook.basicUsername), ("basic", Settings.Webhook.basicPassword),
            ("oauth", Settings.Webhook.oauthClientID), ("oauth", Settings.Webhook.oauthClientSecret),
        ]
        for (needed, setting) in ofModes where needed != mode {
            guard await reader.value(setting) != nil else { continue }
            await reader.note(
                setting,
                "has no effect while \(Settings.Webhook.authentication.key) is \(mode): take it out, or set that "
                    + "to \(needed)")
        }
        guard await !reader.required(Settings.RPC.authentication),
            await reader.value(Settings.Service.operatorKey) != nil
        else { return }
        await reader.note(
            Settings.Service.operatorKey,
            "has no effect while \(Settings.RPC.authentication.key) is off: take it out, or set that to on")
    }

    static func webhookSecrets(_ webhook: WebhookAuthentication, _ reader: SettingsCheck) async
        -> [SecretLength]
    {
        var secrets = webhook.signature.secrets.map { secret in
            SecretLength(setting: Settings.Webhook.secrets.key, name: " in \(secret.name)", bytes: secret.key.count)
        }
        for setting in [Settings.Webhook.basicPassword, Settings.Webhook.oauthClientSecret] {
            guard let text = await reader.value(setting) else { continue }
            secrets.append(SecretLength(setting: setting.key, name: "", bytes: text.utf8.count))
        }
        return secrets
    }
}
