import Cryptography
package import Logging
import OutgoingHTTP
import Waiting

/// The real `CosmoAPI`: REST over HTTPS, with the token, the concurrency cap, the classification of failures, metrics
/// and the audit trail in one place.
///
/// **Guarantees**: one token is fetched at a time however many calls need it; a call refused with 401 is repeated once
/// with a fresh token, which is safe because it was refused before it was carried out; nothing else is ever repeated.
/// **Errors**: see `CosmoError`.
/// **Concurrency**: safe from any task; at most `concurrentCallsMax` calls are in flight.
package final class CosmoClient: CosmoAPI {
    /// Receives the record of every validate, preview and issuance call before the call returns.
    package typealias Audit = @Sendable (CosmoCallRecord) async -> Void

    /// What the client was made with.
    package let configuration: CosmoConfiguration
    let logger: Logger
    let audit: Audit
    let transport: CosmoTransport
    let classifier: CosmoAnswerClassifier
    /// Whether Cosmo answers, by the latest calls.
    package let health: CosmoHealth
    private let httpClient: HTTPClient
    private let gate: Gate
    private let tokens: SharedFetch<String>

    /// Makes a client; `shutdown` closes its connections at a known time, and dropping it closes them some time after.
    ///
    /// **Errors**: `CosmoConfigurationError`, the first of `configuration.problems()`.
    package init(
        configuration: CosmoConfiguration, logger: Logger, audit: @escaping Audit = { _ in }
    ) throws(CosmoConfigurationError) {
        if let problem = configuration.problems().first { throw problem }
        self.configuration = configuration
        self.logger = logger
        self.audit = audit
        classifier = CosmoAnswerClassifier(configuration)
        gate = Gate(width: configuration.concurrentCallsMax)
        httpClient = Self.makeHTTPClient(configuration)
        health = CosmoHealth(logger: logger)
        let transport = CosmoTransport(
            httpClient: httpClient, requestTimeout: configuration.requestTimeout,
            answerBytesMax: configuration.answerBytesMax, health: health)
        self.transport = transport
        let fetcher = TokenFetcher(configuration: configuration, transport: transport)
        tokens = SharedFetch(call: .token) { () async throws(CosmoError) in try await fetcher.fetch() }
    }

    /// Closes every connection; calls still under way fail.
    package func shutdown() async { await httpClient.shutdown() }

    private static func makeHTTPClient(_ configuration: CosmoConfiguration) -> HTTPClient {
        var http = HTTPClient.Configuration()
        http.connectTimeout = configuration.connectTimeout
        return HTTPClient(http)
    }

    /// Makes one authorised call and returns its 2xx answer.
    ///
    /// `personal` are the values that must not appear in an error's excerpt.
    func call(
        _ call: CosmoCall, method: HTTPCall.Method, url: String, json: [UInt8]? = nil, personal: [String] = []
    ) async throws(CosmoError) -> CosmoTransport.Answer {
        let body = json.map { CosmoTransport.Body(contentType: "application/json", bytes: $0) }
        return try await measured(call) { () async throws(CosmoError) in
            var token = try await token(for: call)
            var answer = try await transport.exchange(call, method: method, url: url, bearer: token, body: body)
            if answer.status == 401 {
                CosmoMetrics.count(.expired)
                tokens.drop(token)
                token = try await self.token(for: call)
                answer = try await transport.exchange(call, method: method, url: url, bearer: token, body: body)
            }
            guard answer.isSuccess else {
                let error = classifier.error(answer, call: call, personal: personal)
                // A fresh token was refused too, so no call is let in.
                if answer.status == 401 {
                    CosmoMetrics.count(.freshRefused)
                    health.note(call, error)
                }
                throw error
            }
            return answer
        }
    }

    /// Runs one call within the concurrency cap and counts it.
    func measured<Value: Sendable>(
        _ call: CosmoCall, _ body: () async throws(CosmoError) -> Value
    ) async throws(CosmoError) -> Value {
        let began = ContinuousClock().now
        do {
            let value = try await gate.withPlace(
                onCancelled: CosmoError(call: call, kind: .notSent, reason: .cancelled), body)
            CosmoMetrics.record(call, outcome: "ANSWERED", duration: ContinuousClock().now - began)
            return value
        } catch {
            CosmoMetrics.record(call, outcome: error.reason.rawValue, duration: ContinuousClock().now - began)
            logger.debug(
                "Cosmo call failed",
                metadata: [
                    "call": "\(call.rawValue)", "reason": "\(error.reason.rawValue)",
                    "status": "\(error.status.map(String.init) ?? "none")", "outcome": "\(error.outcome.rawValue)",
                ])
            throw error
        }
    }

    /// A token for a call; its failure means that the call itself was never sent.
    private func token(for call: CosmoCall) async throws(CosmoError) -> String {
        do {
            return try await tokens.value()
        } catch {
            throw CosmoError(
                call: call, kind: .notSent, reason: error.reason, status: error.status, retryAfter: error.retryAfter,
                excerpt: error.excerpt)
        }
    }

    /// The error for a 2xx answer of an unknown shape.
    func malformed(_ call: CosmoCall, _ answer: CosmoTransport.Answer, _ what: String) -> CosmoError {
        CosmoError(call: call, kind: .malformedAnswer, reason: .malformedAnswer, status: answer.status, excerpt: what)
    }

    /// An id as one path segment.
    ///
    /// **Errors**: `invalidIdentifier` for one that would change the path's meaning.
    func segment(_ id: String, call: CosmoCall) throws(CosmoError) -> String {
        guard !id.isEmpty, id != ".", id != "..", id.utf8.count <= 256 else {
            throw CosmoError(call: call, kind: .refused, reason: .invalidIdentifier)
        }
        return PercentEncoding.encode(id)
    }
}
