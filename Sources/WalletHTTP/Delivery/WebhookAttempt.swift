import OutgoingHTTP
package import PostgreSQL
package import Wallet

/// One attempt to bring an event to an endpoint over HTTP: what the room's sender carries its deliveries with.
///
/// **Guarantees** Redirections are not followed, and private addresses are not reached unless the settings say so.
package struct WebhookAttempt: Sendable {
    let client: HTTPClient
    let reach: WebhookReach
    let timeout: Duration
    let lookup: WebhookDestination.Lookup

    /// Makes attempts that look names up as the system does.
    ///
    /// - Parameters:
    ///   - reach: How far they may go.
    ///   - timeout: How long one may take, from looking up the address to the answer's head.
    package init(reach: WebhookReach, timeout: Duration) {
        self.init(reach: reach, timeout: timeout, lookup: WebhookDestination.system)
    }

    init(reach: WebhookReach, timeout: Duration, lookup: @escaping WebhookDestination.Lookup) {
        // HTTP/1.1, which every receiver speaks.
        var configuration = HTTPClient.Configuration()
        configuration.connectTimeout = timeout
        configuration.offersHTTP2 = false
        client = HTTPClient(configuration)
        self.reach = reach
        self.timeout = timeout
        self.lookup = lookup
    }

    /// Sends a delivery and judges the answer; redirections are answers like any other that is not 2xx.
    ///
    /// **Cost** A connection of its own, since each is bound to the address that was checked.
    @Sendable package func send(_ delivery: WalletDelivery, at now: PostgresTimestamp) async -> WebhookOutcome {
        do {
            let status = try await TimeLimit.run(timeout) {
                let destination = try await WebhookDestination(of: delivery, reach: reach, lookup: lookup)
                return try await post(delivery, to: destination, at: now)
            }
            return (200...299).contains(status) ? .delivered(answer: status) : .refused(answer: status)
        } catch let refusal as WebhookDestination.Refusal {
            return .unanswered(refusal.cause)
        } catch is TimeLimit.Passed {
            return .unanswered(.timedOut)
        } catch let failure as HTTPCall.Failure where failure.kind == .timedOut {
            return .unanswered(.timedOut)
        } catch {
            return .unanswered(.unreachable)
        }
    }

    private func post(
        _ delivery: WalletDelivery, to destination: WebhookDestination, at now: PostgresTimestamp
    ) async throws -> Int {
        var call = Self.request(delivery, url: destination.url, atSecond: now.microsecondsSinceEpoch / 1_000_000)
        call.address = destination.address
        return try await client.send(call, within: timeout).status
    }

    /// The request of contract section 8.8; the signature is over the exact body.
    static func request(_ delivery: WalletDelivery, url: String, atSecond unixSeconds: Int64) -> HTTPCall {
        var request = HTTPCall(url: url)
        request.method = .post
        let headers = [
            ("Content-Type", "application/json"), ("User-Agent", "multibrand-wallet"),
            ("X-Multibrand-Signature", delivery.signature), ("X-Multibrand-Timestamp", "\(unixSeconds)"),
            ("X-Multibrand-Event", delivery.event), ("X-Multibrand-Delivery", delivery.id),
        ]
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = Array(delivery.body)
        // The status tells.
        request.answerBody = .ignored
        return request
    }
}
