import Admission
import Cosmo
import Foundation
import MultibrandServer
import NIOCore
import NIOPosix
import OutgoingHTTP
import RPC
import TLS

/// What our own set-up promises to others: secrets, keys, encryption, ports.
struct SetupCheck {
    let configuration: ServiceConfiguration
    let faulty: FaultySettings
    let report: DoctorReport

    func run() async {
        let now = Int64(Date().timeIntervalSince1970)
        if faulty.allows("security", needing: ["rpc", "http", "webhook", "wallet", "access", "security"], report) {
            let weaknesses = configuration.securityFindings(nowSeconds: now)
            for finding in weaknesses.map(Self.finding) + soundFindings(weaknesses, nowSeconds: now) {
                report.add(finding)
            }
        }
        if faulty.allows(
            "open files", needing: ["rpc", "http", "wallet", "cosmo.concurrency", "database.poolSize"], report)
        {
            report.add(Self.openFiles(configuration, limit: .current))
        }
        var ownsHTTP = false
        if faulty.allows("HTTP port", needing: ["http"], report) {
            ownsHTTP = await portFinding(
                "HTTP port", configuration.http.host, configuration.http.port, setting: Settings.HTTP.port.key,
                isOurs: answersHealth)
        }
        if faulty.allows("gRPC port", needing: ["rpc"], report) {
            _ = await portFinding(
                "gRPC port", configuration.rpc.host, configuration.rpc.port, setting: Settings.RPC.port.key,
                isOurs: { ownsHTTP })
        }
        guard configuration.wallet.isEnabled, faulty.allows("wallet port", needing: ["wallet"], report) else { return }
        let wallet = configuration.wallet
        _ = await portFinding(
            "wallet port", wallet.host, wallet.port, setting: Settings.Wallet.port.key, isOurs: { ownsHTTP })
    }

    /// What `serve` refuses to start with fails here too; what `security.insecure` allows is a warning in both.
    static func finding(_ finding: SecurityFinding) -> DoctorFinding {
        finding.isAllowed
            ? .warning(
                finding.setting, "\(finding.problem); \(Settings.Service.insecure.key) allows it",
                remedy: finding.remedy)
            : .failure(
                finding.setting, "\(finding.problem); `serve` does not start",
                remedy: "\(finding.remedy), or list \(finding.weakness.rawValue) in \(Settings.Service.insecure.key)")
    }

    /// What is in order, or could be better though it stops nothing.
    private func soundFindings(_ weaknesses: [SecurityFinding], nowSeconds: Int64) -> [DoctorFinding] {
        let found = Set(weaknesses.map(\.weakness))
        var findings =
            webhookFindings() + configuration.certificates.compactMap { Self.expiry($0, nowSeconds: nowSeconds) }
        if configuration.requiresKeys {
            findings.append(.ok("gRPC access", "callers must show a key"))
        } else if !found.contains(.keysOff) {
            findings.append(
                .warning(
                    "gRPC access", "every process of this machine may do anything",
                    remedy: "set \(Settings.RPC.authentication.key) to on"))
        }
        let idle = configuration.insecure.subtracting(found).map(\.rawValue).sorted()
        if !idle.isEmpty {
            findings.append(
                .warning(
                    Settings.Service.insecure.key, "lists \(idle.joined(separator: ", ")), which is not needed",
                    remedy: "take it out, so that it allows nothing later"))
        }
        return findings
    }

    /// What the limit of open files allows the doors, were `serve` started from here.
    static func openFiles(_ configuration: ServiceConfiguration, limit: DescriptorLimit) -> DoctorFinding {
        let subject = "open files"
        let remedy = ServiceConfiguration.descriptorRemedy
        do {
            let shares = try configuration.connectionShares(descriptors: limit.raised)
            let doors = shares.shares.map { "\($0.limit) at \($0.door)" }.joined(separator: ", ")
            let words = "limit \(limit.raised) (set to \(limit.soft), raised at start): connections \(doors)"
            guard shares.isShort else { return .ok(subject, words) }
            return .warning(
                subject, words,
                remedy: remedy + " to \(shares.descriptorsWanted), or lower connectionsMax of a door")
        } catch {
            return .failure(subject, "\(error)", remedy: remedy)
        }
    }

    private func webhookFindings() -> [DoctorFinding] {
        switch configuration.webhook.mode {
        case .signature:
            configuration.webhook.signature.secrets.compactMap { Self.secret(named: $0.name, bytes: $0.key.count) }
        case .basic, .oauth: [.ok("webhook", "authenticated by password or token")]
        }
    }

    /// Nil for one that is a weakness: that is found elsewhere.
    static func secret(named name: String, bytes: Int) -> DoctorFinding? {
        let subject = "webhook secret \(name)"
        if bytes < ServiceConfiguration.secretBytesAtLeast { return nil }
        if bytes < ServiceConfiguration.secretBytesMin {
            return .warning(
                subject, "\(bytes) bytes: shorter than the signature",
                remedy:
                    "agree a random one of \(ServiceConfiguration.secretBytesMin) bytes or more with Cosmo (openssl "
                    + "rand -hex 32) and put it beside this one"
            )
        }
        return .ok(subject, "\(bytes) bytes")
    }

    /// Nil for one that is not valid: that is found elsewhere.
    static func expiry(_ certificate: ServiceConfiguration.Certificate, nowSeconds: Int64) -> DoctorFinding? {
        let left = certificate.validity.notAfterSeconds - nowSeconds
        guard left >= 0, nowSeconds >= certificate.validity.notBeforeSeconds else { return nil }
        let words = "its certificate is valid for \(left / 86_400) more days"
        return left < 14 * 86_400
            ? .warning(certificate.setting, words, remedy: "renew it, and restart the service")
            : .ok(certificate.setting, words)
    }

    /// Whether a port can be listened on, or is our own service's already.
    private func portFinding(
        _ subject: String, _ host: String, _ port: Int, setting: String, isOurs: () async -> Bool
    ) async -> Bool {
        guard port != 0 else {
            report.add(.warning(subject, "a free one at every start", remedy: "set \(setting) so that others find it"))
            return false
        }
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
            try await channel.close()
            report.add(.ok(subject, "\(host):\(port) is free"))
            return false
        } catch {
            guard await isOurs() else {
                report.add(
                    .failure(
                        subject,
                        "cannot listen on \(host):\(port): \(ListeningCheck.reason(error, port: port))",
                        remedy: "free the address, or change \(setting)"))
                return false
            }
            report.add(.ok(subject, "\(host):\(port) is this service's own, which runs"))
            return true
        }
    }

    /// Whether what listens on the HTTP port answers as this service does.
    private func answersHealth() async -> Bool {
        let scheme = configuration.http.tls == nil ? "http" : "https"
        let host = ["0.0.0.0", "::", ""].contains(configuration.http.host) ? "127.0.0.1" : configuration.http.host
        let name = host.contains(":") ? "[\(host)]" : host
        let request = HTTPCall(url: "\(scheme)://\(name):\(configuration.http.port)/readyz")
        guard let answer = try? await HTTPClient.shared.send(request, within: .seconds(5)) else { return false }
        return [200, 503].contains(answer.status) && !answer.body.isEmpty
    }
}
