import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Wallet

/// One attempt to tell one endpoint of one event.
struct WebhookAttempt: Sendable {
    /// How an attempt ended.
    enum Outcome: Sendable, Equatable {
        /// The endpoint answered 2xx.
        case delivered(status: Int)
        /// The endpoint answered something else.
        case refused(status: Int)
        /// There was no answer, or no sending; the word is for metrics and logs.
        case unanswered(String)
    }

    let reach: WebhookReach
    let timeout: Duration
    let lookup: WebhookDestination.Lookup

    /// Sends a delivery and judges the answer; redirections are answers like any other that is not 2xx.
    ///
    /// **Cost** A connection of its own, since each is bound to the address that was checked.
    func send(_ delivery: WalletDelivery, atSecond unixSeconds: Int64) async -> Outcome {
        do {
            let status = try await TimeLimit.run(timeout) {
                let destination = try await WebhookDestination(of: delivery, reach: reach, lookup: lookup)
                return try await post(delivery, to: destination, atSecond: unixSeconds)
            }
            return (200...299).contains(status) ? .delivered(status: status) : .refused(status: status)
        } catch let refusal as WebhookDestination.Refusal {
            return .unanswered(refusal.rawValue)
        } catch is TimeLimit.Passed {
            return .unanswered("timed_out")
        } catch {
            return .unanswered("unreachable")
        }
    }

    private func post(
        _ delivery: WalletDelivery, to destination: WebhookDestination, atSecond unixSeconds: Int64
    ) async throws -> Int {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: TimeAmount(timeout), read: TimeAmount(timeout))
        // The outbox tries again, hours later if need be.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.dnsOverride = [destination.host: destination.address]
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(
                Self.request(delivery, url: destination.url, atSecond: unixSeconds), timeout: TimeAmount(timeout))
            // The status tells; the body is not read.
            return Int(response.status.code)
        }
    }

    /// The request of contract section 8.8; the signature is over the exact body.
    static func request(_ delivery: WalletDelivery, url: String, atSecond unixSeconds: Int64) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "User-Agent": "multibrand-wallet",
            "X-Multibrand-Signature": delivery.signature, "X-Multibrand-Timestamp": "\(unixSeconds)",
            "X-Multibrand-Event": delivery.event, "X-Multibrand-Delivery": delivery.id,
        ]
        request.body = .bytes(delivery.body)
        return request
    }
}
