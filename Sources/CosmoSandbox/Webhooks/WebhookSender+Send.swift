import Cryptography
import Foundation
import OutgoingHTTP

extension WebhookSender {
    /// Makes one attempt, with a fresh token and once more when an OAuth receiver answers 401 (contract section 8.4).
    func send(
        _ delivery: SandboxDelivery, to endpoint: SandboxWebhookEndpoint, timestamp: String, switches: SandboxSwitches
    ) async -> Outcome {
        do {
            var status = try await post(delivery, to: endpoint, timestamp: timestamp, switches: switches)
            if status == 401, case .oauth = endpoint.authentication {
                core.receiverTokens.forget(endpoint.url)
                status = try await post(delivery, to: endpoint, timestamp: timestamp, switches: switches)
            }
            return (200..<300).contains(status) ? .acknowledged(status) : .answered(status)
        } catch let error as ReceiverTokenFailure {
            return .answered(error.status)
        } catch let error as HTTPCall.Failure {
            return .unreachable("\(error.kind)")
        } catch {
            return .unreachable("\(type(of: error))")
        }
    }

    private func post(
        _ delivery: SandboxDelivery, to endpoint: SandboxWebhookEndpoint, timestamp: String, switches: SandboxSwitches
    ) async throws -> Int {
        var request = HTTPCall(url: endpoint.url)
        request.method = .post
        request.headers.add(name: "content-type", value: "application/json")
        request.body = Array(delivery.body.utf8)
        var isSigned = switches.signAlways
        switch endpoint.authentication {
        case .signature:
            isSigned = true
        case .basic(let username, let password):
            let pair = Base64.encode(Array("\(username):\(password)".utf8))
            request.headers.add(name: "authorization", value: "Basic \(pair)")
        case .oauth:
            let token = try await receiverToken(endpoint)
            request.headers.add(name: "authorization", value: "Bearer \(token)")
        }
        if isSigned, let secret = endpoint.secret {
            let signed = Array("\(timestamp):".utf8)
            let code = HMACSHA256.authenticationCode(for: signed, Array(delivery.body.utf8), key: Array(secret.utf8))
            request.headers.add(name: "x-timestamp", value: timestamp)
            request.headers.add(name: "x-signature", value: Hexadecimal.encode(code))
        }
        return try await httpClient.send(request, within: core.configuration.receiverTimeout).status
    }

    /// The receiver's token, kept until 30 seconds before its end.
    private func receiverToken(_ endpoint: SandboxWebhookEndpoint) async throws -> String {
        guard case .oauth(let tokenURL, let clientID, let clientSecret, let placement) = endpoint.authentication else {
            return ""
        }
        if let kept = core.receiverTokens.token(endpoint.url) { return kept }
        var request = HTTPCall(url: tokenURL)
        request.method = .post
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        var form = "grant_type=client_credentials"
        let (id, secret) = (FormText.encode(clientID), FormText.encode(clientSecret))
        switch placement {
        case .header:
            request.headers.add(name: "authorization", value: "Basic \(Base64.encode(Array("\(id):\(secret)".utf8)))")
        case .body:
            form += "&client_id=\(id)&client_secret=\(secret)"
        }
        request.body = Array(form.utf8)
        request.answerBody = .read(bytesMax: 1 << 16)
        let response = try await httpClient.send(request, within: core.configuration.receiverTimeout)
        guard response.isSuccess, let answer = WireValue.parse(response.body),
            let token = answer["access_token"]?.string
        else { throw ReceiverTokenFailure(status: response.status) }
        let lifetime = answer["expires_in"]?.integer ?? 600
        core.receiverTokens.keep(token, for: endpoint.url, lifetime: .seconds(max(0, lifetime - 30)))
        return token
    }
}
