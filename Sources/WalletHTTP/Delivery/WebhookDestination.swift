import Foundation
import NIOCore
import NIOPosix
import Wallet

/// Where a delivery goes: an endpoint's URL with the one address that its name resolved to when it was checked.
///
/// **Guarantees** The address is the one that is connected to: a name that resolves to another address a moment later
/// (DNS rebinding) does not lead a delivery into a private network.
struct WebhookDestination: Sendable, Equatable {
    /// What looks names up; composition takes the system's.
    typealias Lookup = @Sendable (_ host: String, _ port: Int) async throws -> String

    /// Why nothing is sent.
    enum Refusal: Error {
        /// Events may not be sent to the URL or to what its name resolves to.
        case notAllowed
        /// The name does not resolve.
        case unknownHost

        /// The same to the sender.
        var cause: WebhookOutcome.Cause {
            switch self {
            case .notAllowed: .notAllowed
            case .unknownHost: .unknownHost
            }
        }
    }

    let url: String
    let address: String

    /// Checks a delivery's URL, looks its name up, and checks the address.
    ///
    /// **Errors** ``Refusal``.
    init(of delivery: WalletDelivery, reach: WebhookReach, lookup: Lookup) async throws(Refusal) {
        do {
            try WebhookAddress.check(delivery.url, delivery.environment, reach: reach)
        } catch {
            throw .notAllowed
        }
        guard let parts = URL(string: delivery.url), let host = parts.host, !host.isEmpty else { throw .notAllowed }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let found: String
        do {
            found = try await lookup(bare, parts.port ?? (parts.scheme?.lowercased() == "http" ? 80 : 443))
        } catch {
            throw .unknownHost
        }
        guard reach.allowsPrivate(in: delivery.environment) || !WebhookAddress.isPrivate(found) else {
            throw .notAllowed
        }
        // As it was read here, with what needs escaping escaped.
        url = parts.absoluteString
        address = found
    }

    /// The system's own look-up, on a thread that may block.
    static let system: Lookup = { host, port in
        try await NIOThreadPool.singleton.runIfActive {
            let address = try SocketAddress.makeAddressResolvingHost(host, port: port)
            guard let text = address.ipAddress else { throw Refusal.unknownHost }
            return text
        }
    }
}
