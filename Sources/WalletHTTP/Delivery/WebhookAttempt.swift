import OutgoingHTTP
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

    let client: HTTPClient
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
        } catch let failure as HTTPCall.Failure where failure.kind == .timedOut {
            return .unanswered("timed_out")
        } catch {
            return .unanswered("unreachable")
        }
    }

    private func post(
        _ delivery: WalletDelivery, to destination: WebhookDestination, atSecond unixSeconds: Int64
    ) async throws -> Int {
        var call = Self.request(delivery, url: destination.url, atSecond: unixSeconds)
        call.address = destination.address
        return try await client.send(call, within: timeout).status
    }

    /// HTTP/1.1, which every receiver speaks.
    static func makeClient(timeout: Duration) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.connectTimeout = timeout
        configuration.offersHTTP2 = false
        return HTTPClient(configuration)
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
