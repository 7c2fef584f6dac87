import Cosmo
import RPC
import TLS

/// One weakness that was found in a set-up: what `serve` refuses to start with, and what `doctor` shows.
package struct SecurityFinding: Sendable, Hashable {
    /// The name that allows it.
    package let weakness: InsecureSetting
    /// The setting to change.
    package let setting: String
    /// What is wrong.
    package let problem: String
    /// What to do.
    package let remedy: String
    /// Whether `security.insecure` lists it.
    package let isAllowed: Bool
}

extension ServiceConfiguration {
    /// HMAC-SHA256 gains nothing beyond the hash's own 32 bytes, and loses below them.
    package static let secretBytesMin = 32
    /// Shorter secrets can be guessed.
    package static let secretBytesAtLeast = 16

    /// Every weakness of this set-up, whether allowed or not. `serve` and `doctor` both ask here.
    package func securityFindings(nowSeconds: Int64) -> [SecurityFinding] {
        accessFindings() + webhookFindings() + walletFindings() + certificateFindings(nowSeconds: nowSeconds)
    }

    /// Stops a start that would be less secure than it looks.
    ///
    /// **Errors** ``ConfigurationError`` with every weakness that `security.insecure` does not list.
    package func requireSecurity(nowSeconds: Int64) throws {
        let refused = securityFindings(nowSeconds: nowSeconds).filter { !$0.isAllowed }
        guard let first = refused.first else { return }
        let others = refused.dropFirst().map { "; \($0.setting) \($0.problem): \($0.remedy)" }.joined()
        let names = Set(refused.map(\.weakness.rawValue)).sorted().joined(separator: ",")
        throw ConfigurationError(
            setting: first.setting,
            problem:
                "\(first.problem): \(first.remedy)\(others). To start anyway, set \(Settings.Service.insecure.key) to "
                + "\(names)"
        )
    }

    private func finding(
        _ weakness: InsecureSetting, _ setting: String, _ problem: String, _ remedy: String
    ) -> SecurityFinding {
        SecurityFinding(
            weakness: weakness, setting: setting, problem: problem, remedy: remedy,
            isAllowed: insecure.contains(weakness))
    }

    private func accessFindings() -> [SecurityFinding] {
        var findings: [SecurityFinding] = []
        let isOpen = !ListenAddress.isLoopback(rpc.host)
        if isOpen, !requiresKeys {
            findings.append(
                finding(
                    .keysOff, Settings.RPC.authentication.key,
                    "is off, and \(Settings.RPC.host.key) is no loopback address: anyone who can connect may do "
                        + "anything",
                    "set \(Settings.RPC.authentication.key) to on, or \(Settings.RPC.host.key) to 127.0.0.1"))
        }
        if isOpen, rpc.tls == nil {
            findings.append(
                finding(
                    .plainRPC, Settings.RPC.certificate.key,
                    "is not set, and \(Settings.RPC.host.key) is no loopback address: keys and purchases cross the "
                        + "network in clear",
                    "set \(Settings.RPC.certificate.key) and \(Settings.RPC.key.key), or end TLS right in front of "
                        + "this machine"
                ))
        }
        if let operatorKey, operatorKey.utf8.count < Self.secretBytesMin {
            findings.append(
                finding(
                    .shortOperatorKey, Settings.Service.operatorKey.key,
                    "has \(operatorKey.utf8.count) bytes: it can be guessed",
                    "make a new one of at least \(Self.secretBytesMin) bytes (openssl rand -hex 32), or drop it once "
                        + "API clients exist"
                ))
        }
        return findings
    }

    private func webhookFindings() -> [SecurityFinding] {
        let remedy = "agree a random one with Cosmo (openssl rand -hex 32)"
        var findings = webhookSecrets.filter { $0.bytes < Self.secretBytesAtLeast }.map { secret in
            finding(
                .shortWebhookSecret, secret.setting, "has \(secret.bytes) bytes\(secret.name): it can be guessed",
                remedy)
        }
        if case .signature = webhook.mode { return findings }
        if http.tls == nil, !ListenAddress.isLoopback(http.host) {
            findings.append(
                finding(
                    .plainWebhooks, Settings.HTTP.certificate.key,
                    "is not set, and \(Settings.HTTP.host.key) is no loopback address: the webhook's password or token "
                        + "crosses the network in clear",
                    "set \(Settings.HTTP.certificate.key) and \(Settings.HTTP.key.key), or end TLS right in front of "
                        + "this machine"
                ))
        }
        return findings
    }

    private func walletFindings() -> [SecurityFinding] {
        guard wallet.isEnabled, !wallet.isTLS, !ListenAddress.isLoopback(wallet.host) else { return [] }
        return [
            finding(
                .plainWallet, Settings.Wallet.certificate.key,
                "is not set, and \(Settings.Wallet.host.key) is no loopback address: keys and tokens cross the network "
                    + "in clear",
                "set \(Settings.Wallet.certificate.key) and \(Settings.Wallet.key.key), or end TLS right in front of "
                    + "this machine"
            )
        ]
    }

    private func certificateFindings(nowSeconds: Int64) -> [SecurityFinding] {
        certificates.compactMap { certificate in
            let problem: String
            if nowSeconds > certificate.validity.notAfterSeconds {
                problem = "names a certificate that has expired"
            } else if nowSeconds < certificate.validity.notBeforeSeconds {
                problem = "names a certificate that is not valid yet"
            } else {
                return nil
            }
            return finding(
                .invalidCertificate, certificate.setting, problem,
                "put a valid one in its place, and check this machine's clock")
        }
    }
}
