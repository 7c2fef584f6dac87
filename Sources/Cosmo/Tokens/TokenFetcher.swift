import Foundation
import OutgoingHTTP

/// Fetches an API token in the configured encoding and reads it in either shape (contract sections 3.1 and 3.2).
struct TokenFetcher: Sendable {
    let configuration: CosmoConfiguration
    let transport: CosmoTransport

    /// One `POST /auth/token`.
    ///
    /// **Errors**: `credentialsRefused` for a 4xx, `tokenUnavailable` for a 5xx, a rate limit or an unreadable answer,
    /// and the transport's own. Whatever it is, no call that needed the token was sent.
    func fetch() async throws(CosmoError) -> SharedFetch<String>.Fetched {
        let began = ContinuousClock().now
        do {
            let fetched = try await request()
            CosmoMetrics.record(.token, outcome: "ANSWERED", duration: ContinuousClock().now - began)
            CosmoMetrics.count(.renewed)
            return fetched
        } catch {
            CosmoMetrics.record(.token, outcome: error.reason.rawValue, duration: ContinuousClock().now - began)
            if error.reason != .cancelled {
                CosmoMetrics.count(error.reason == .credentialsRefused ? .refused : .unavailable)
            }
            throw error
        }
    }

    private func request() async throws(CosmoError) -> SharedFetch<String>.Fetched {
        let answer = try await transport.exchange(
            .token, method: .post, url: configuration.authBaseURL + configuration.tokenPath, bearer: nil,
            body: try body())
        guard answer.isSuccess else { throw refusal(answer) }
        guard let json = JSONTree.parse(answer.body),
            let token = json.first(of: "access_token", "accessToken")?.string, !token.isEmpty
        else {
            throw CosmoError(call: .token, kind: .malformedAnswer, reason: .tokenUnavailable, status: answer.status)
        }
        let seconds = json.first(of: "expires_in", "expiresIn")?.decimal.flatMap { DecimalText.whole($0, .down) }
        let lifetime = seconds.map { Duration.seconds(min(max($0, 0), 86_400)) } ?? configuration.tokenLifetimeDefault
        return .init(value: token, usableFor: lifetime - configuration.tokenRenewalSkew)
    }

    private func body() throws(CosmoError) -> CosmoTransport.Body {
        let credentials = configuration.credentials
        let fields = [
            ("client_id", credentials.clientID), ("client_secret", credentials.clientSecret),
            ("grant_type", "client_credentials"),
        ]
        switch configuration.tokenEncoding {
        case .form:
            return .init(
                contentType: "application/x-www-form-urlencoded", bytes: Array(PercentEncoding.form(fields).utf8))
        case .json:
            let json = Dictionary(uniqueKeysWithValues: fields)
            return .init(contentType: "application/json", bytes: try CosmoRequestBodies.json(json, call: .token))
        case .camelCaseJSON:
            let json = ["clientId": credentials.clientID, "clientSecret": credentials.clientSecret]
            return .init(contentType: "application/json", bytes: try CosmoRequestBodies.json(json, call: .token))
        }
    }

    /// The body of a refusal is not kept: a token endpoint may echo what it was sent.
    private func refusal(_ answer: CosmoTransport.Answer) -> CosmoError {
        let isRefused = (400..<500).contains(answer.status) && answer.status != 408 && answer.status != 429
        return CosmoError(
            call: .token, kind: isRefused ? .refused : .notSent,
            reason: isRefused ? .credentialsRefused : .tokenUnavailable, status: answer.status,
            retryAfter: answer.retryAfter)
    }
}
