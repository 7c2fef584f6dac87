import Foundation
import OutgoingHTTP

extension CosmoClient {
    /// A token that opens a widget for one of our users (contract section 7).
    ///
    /// The credentials travel in the body and no API token is needed: the assumed contract, unknown 18.
    package func widgetToken(
        kind: CosmoWidgetKind, sourceUserID: String
    ) async throws(CosmoError) -> CosmoWidgetToken {
        guard !sourceUserID.isEmpty, sourceUserID.utf8.count <= 256 else {
            throw CosmoError(call: .widgetToken, kind: .refused, reason: .invalidIdentifier)
        }
        let url = configuration.widgetAuthBaseURL + Self.path(of: kind)
        let request = CosmoRequestBodies.WidgetToken(
            clientId: configuration.credentials.clientID, clientSecret: configuration.credentials.clientSecret,
            sourceUserId: sourceUserID)
        let json = try CosmoRequestBodies.json(request, call: .widgetToken)
        return try await measured(.widgetToken) { () async throws(CosmoError) in
            let answer = try await transport.exchange(
                .widgetToken, method: .post, url: url, bearer: nil,
                body: .init(contentType: "application/json", bytes: json))
            guard answer.isSuccess else {
                let personal = [sourceUserID, request.clientId, request.clientSecret]
                throw classifier.error(answer, call: .widgetToken, personal: personal)
            }
            guard let tree = JSONTree.parse(answer.body),
                let token = tree.first(of: "accessToken", "access_token")?.string, !token.isEmpty
            else { throw malformed(.widgetToken, answer, "accessToken is missing") }
            let seconds = tree.first(of: "expiresIn", "expires_in")?.decimal.flatMap { DecimalText.whole($0, .down) }
            return CosmoWidgetToken(
                kind: kind, accessToken: token,
                lifetime: seconds.map { .seconds(min(max($0, 0), 86_400)) } ?? configuration.tokenLifetimeDefault,
                launchURL: configuration.widgetLaunchURLTemplates[kind].map { launchURL($0, token) })
        }
    }

    private static func path(of kind: CosmoWidgetKind) -> String {
        switch kind {
        case .multibrand: "/auth/widget/multibrand"
        case .pointExchange: "/auth/widget/point-exchange"
        }
    }

    private func launchURL(_ template: String, _ token: String) -> String {
        let parts = template.split(separator: "{token}", omittingEmptySubsequences: false)
        return parts.joined(separator: PercentEncoding.encode(token))
    }
}
