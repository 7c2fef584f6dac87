import Cosmo
import Foundation
import WebhookHTTP

/// Cosmo's ways of proving itself, as the HTTP door asks for them.
struct WebhookVerification: Sendable {
    private let authentication: WebhookAuthentication

    init(_ authentication: WebhookAuthentication) { self.authentication = authentication }

    var endpoints: WebhookEndpoints {
        WebhookEndpoints(
            programConnection: admission, transaction: admission, screen: screen,
            challenge: "\(scheme) realm=\"multibrand\"", tokenScreen: tokenScreen, token: tokenIssuer)
    }

    private func admission(_ evidence: WebhookEvidence) -> WebhookAdmission {
        do throws(WebhookRejection) {
            let verified = try authentication.verify(
                headers: Self.headers(evidence.headers), body: evidence.body, nowSeconds: Self.nowSeconds())
            return .admitted(by: verified.by, isStamped: verified.timestampSeconds != nil)
        } catch {
            return .refused(reason: error.reason.rawValue)
        }
    }

    private var scheme: String {
        switch authentication.mode {
        case .signature: "Signature"
        case .basic: "Basic"
        case .oauth: "Bearer"
        }
    }

    private func screen(_ headers: WebhookHeaders) -> String? {
        do throws(WebhookRejection) {
            try authentication.screen(headers: Self.headers(headers), nowSeconds: Self.nowSeconds())
            return nil
        } catch {
            return error.reason.rawValue
        }
    }

    private static func headers(_ headers: WebhookHeaders) -> WebhookAuthentication.Headers {
        WebhookAuthentication.Headers(
            signature: headers.signature, timestamp: headers.timestamp, authorization: headers.authorization)
    }

    private func tokenScreen(_ authorization: String?) -> WebhookTokenAnswer? {
        guard case .oauth(let endpoint) = authentication.mode else { return nil }
        return endpoint.screen(authorization: authorization).map {
            WebhookTokenAnswer(status: $0.status, body: $0.body)
        }
    }

    private var tokenIssuer: WebhookTokenIssuer? {
        guard case .oauth(let endpoint) = authentication.mode else { return nil }
        return { authorization, form in
            let answer = endpoint.answer(authorization: authorization, formBody: form, nowSeconds: Self.nowSeconds())
            return WebhookTokenAnswer(status: answer.status, body: answer.body)
        }
    }

    private static func nowSeconds() -> Int64 { Int64(Date().timeIntervalSince1970) }
}
