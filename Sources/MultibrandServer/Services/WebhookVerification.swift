import Cosmo
import Foundation
import WebhookHTTP

/// Cosmo's ways of proving itself, as the HTTP door asks for them.
struct WebhookVerification: Sendable {
    private let authentication: WebhookAuthentication

    init(_ authentication: WebhookAuthentication) { self.authentication = authentication }

    var endpoints: WebhookEndpoints {
        WebhookEndpoints(programConnection: admission, transaction: admission, token: tokenIssuer)
    }

    private func admission(_ evidence: WebhookEvidence) -> WebhookAdmission {
        let headers = WebhookAuthentication.Headers(
            signature: evidence.signature, timestamp: evidence.timestamp, authorization: evidence.authorization)
        do throws(WebhookRejection) {
            let verified = try authentication.verify(
                headers: headers, body: evidence.body, nowSeconds: Self.nowSeconds())
            return .admitted(by: verified.by, isStamped: verified.timestampSeconds != nil)
        } catch {
            return .refused(reason: error.reason.rawValue)
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
