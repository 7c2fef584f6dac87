import Admission
import AsyncHTTPClient
import Cosmo
import Foundation
import MultibrandServer
import NIOCore
import NIOHTTP1
import NIOPosix
import RPC

/// What our own set-up promises to others: secrets, keys, encryption, ports.
struct SetupCheck {
    /// HMAC-SHA256 gains nothing beyond the hash's own 32 bytes, and loses below them.
    static let secretBytesMin = 32
    static let secretBytesAtLeast = 16

    let configuration: ServiceConfiguration
    let report: DoctorReport

    func run() async {
        for finding in webhookFindings() + accessFindings() { report.add(finding) }
        report.add(Self.openFiles(configuration, limit: .current))
        let ownsHTTP = await portFinding(
            "HTTP port", configuration.http.host, configuration.http.port, setting: Settings.HTTP.port.key,
            isOurs: answersHealth)
        _ = await portFinding(
            "gRPC port", configuration.rpc.host, configuration.rpc.port, setting: Settings.RPC.port.key,
            isOurs: { ownsHTTP })
        guard configuration.wallet.isEnabled else { return }
        let wallet = configuration.wallet
        _ = await portFinding(
            "wallet port", wallet.host, wallet.port, setting: Settings.Wallet.port.key, isOurs: { ownsHTTP })
        guard !wallet.isTLS, !Self.isLoopback(wallet.host) else { return }
        report.add(
            .warning(
                "wallet", "keys and tokens are taken over plain HTTP",
                remedy: "set \(Settings.Wallet.certificate.key), or end TLS right in front of this machine"))
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
            configuration.webhook.signature.secrets.map { Self.secret(named: $0.name, bytes: $0.key.count) }
        case .basic, .oauth:
            [
                configuration.http.tls == nil && !Self.isLoopback(configuration.http.host)
                    ? .warning(
                        "webhook", "a password is taken over plain HTTP",
                        remedy: "set \(Settings.HTTP.certificate.key), or end TLS right in front of this machine")
                    : .ok("webhook", "authenticated by password or token")
            ]
        }
    }

    static func secret(named name: String, bytes: Int) -> DoctorFinding {
        let subject = "webhook secret \(name)"
        let remedy =
            "agree a random one of \(secretBytesMin) bytes or more with Cosmo (openssl rand -hex 32) and put it beside this one"
        if bytes < secretBytesAtLeast { return .failure(subject, "\(bytes) bytes: it can be guessed", remedy: remedy) }
        if bytes < secretBytesMin {
            return .warning(subject, "\(bytes) bytes: shorter than the signature", remedy: remedy)
        }
        return .ok(subject, "\(bytes) bytes")
    }

    private func accessFindings() -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        let isOpen = !Self.isLoopback(configuration.rpc.host)
        if !configuration.requiresKeys {
            let remedy = "set \(Settings.RPC.authentication.key) to on"
            findings.append(
                isOpen
                    ? .failure("gRPC access", "anyone who can connect may do anything", remedy: remedy)
                    : .warning("gRPC access", "every process of this machine may do anything", remedy: remedy))
        } else {
            findings.append(.ok("gRPC access", "callers must show a key"))
        }
        if let key = configuration.operatorKey, key.utf8.count < Self.secretBytesMin {
            findings.append(
                .failure(
                    "operator key", "\(key.utf8.count) bytes: it can be guessed",
                    remedy: "make a new one (openssl rand -hex 32), or drop it once API clients exist"))
        }
        if isOpen, configuration.rpc.tls == nil {
            findings.append(
                .warning(
                    "gRPC encryption", "keys and purchases cross the network in clear",
                    remedy:
                        "set \(Settings.RPC.certificate.key) and \(Settings.RPC.key.key), or end TLS right in front of this machine"
                ))
        }
        return findings
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
                        subject, "\(host):\(port) cannot be listened on (\(error))",
                        remedy: "stop what listens there (ss -ltnp shows it), or change \(setting)"))
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
        let request = HTTPClientRequest(url: "\(scheme)://\(name):\(configuration.http.port)/readyz")
        guard let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(5)),
            let body = try? await answer.body.collect(upTo: 1 << 16)
        else { return false }
        return [200, 503].contains(answer.status.code) && body.readableBytes > 0
    }

    static func isLoopback(_ host: String) -> Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
