import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

extension SandboxRoutes {
    /// `POST /auth/token`, either request shape and the matching answer, and the profile (contract sections 3 and 4.1).
    func addTokens(to router: Router<SandboxContext>) {
        router.post("auth/token") { request, context in
            try await answer("POST /auth/token", .token, context) { _ in try await token(request) }
        }
        for kind in [SandboxWidgetKind.multibrand, .pointExchange] {
            router.post("auth/widget/\(kind.rawValue)") { request, context in
                try await answer("POST /auth/widget/\(kind.rawValue)", nil, context) { _ in
                    try await widgetToken(kind, request)
                }
            }
        }
        router.get("profile") { request, context in
            try await answer("GET /profile", nil, context) { _ in
                try requireToken(request)
                let profile = core.state.withLock { $0.rules.data.profile }
                return response(.ok, .object(profile.mapValues { .string($0) }))
            }
        }
    }

    private func token(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: core.configuration.bodyBytesMax)
        let switches = core.switches
        let isJSON = request.headers[.contentType]?.hasPrefix("application/json") ?? false
        guard switches.tokenEncoding == .any || (switches.tokenEncoding == .json) == isJSON else {
            throw SandboxRefusal(.missingFields, messages: ["client_id must be a string"])
        }
        let fields =
            isJSON ? WireValue.parse(body.readableBytesView)?.strings ?? [:] : FormText.parse(String(buffer: body))
        let isCamelCase = fields["clientId"] != nil
        guard let id = fields[isCamelCase ? "clientId" : "client_id"],
            let secret = fields[isCamelCase ? "clientSecret" : "client_secret"]
        else {
            throw SandboxRefusal(
                .missingFields, messages: ["client_id must be a string", "client_secret must be a string"])
        }
        let grant = fields["grant_type"]
        guard isCamelCase || grant == "client_credentials" || (grant == nil && !switches.strictGrantType) else {
            throw SandboxRefusal(.missingFields, messages: ["grant_type must be client_credentials"])
        }
        guard id == core.configuration.clientID, secret == core.configuration.clientSecret else {
            throw SandboxRefusal(.badCredentials)
        }
        let token = WireValue.string(core.tokens.issue(.api, lifetimeSeconds: switches.tokenLifetimeSeconds))
        let lifetime: WireValue? =
            switches.omitsTokenLifetime ? nil : .integer(Int64(switches.tokenLifetimeSeconds))
        let status = HTTPResponse.Status(code: switches.tokenStatus)
        return isCamelCase
            ? response(status, .compact(["accessToken": token, "expiresIn": lifetime]))
            : response(
                status,
                .compact(["access_token": token, "expires_in": lifetime, "token_type": .string("Bearer")]))
    }

    /// `POST /auth/widget/...` under the assumed contract of section 7.2.
    private func widgetToken(_ kind: SandboxWidgetKind, _ request: Request) async throws -> Response {
        let body = try await json(request)
        let switches = core.switches
        let hasCredentials =
            body?["clientId"]?.string == core.configuration.clientID
            && body?["clientSecret"]?.string == core.configuration.clientSecret
        if !hasCredentials {
            guard switches.widgetAcceptsBearer else { throw SandboxRefusal(.badCredentials) }
            try requireToken(request)
        }
        let user = body?["sourceUserId"]?.string
        if kind == .multibrand, switches.widgetNeedsSourceUser, user?.isEmpty ?? true {
            throw SandboxRefusal(.missingFields, messages: ["sourceUserId must be a non-empty string"])
        }
        let token = core.tokens.issue(
            .widget(kind, sourceUserID: user), lifetimeSeconds: switches.tokenLifetimeSeconds)
        return created([
            "accessToken": .string(token), "expiresIn": .integer(Int64(switches.tokenLifetimeSeconds)),
        ])
    }

    private func created(_ members: [String: WireValue]) -> Response { created(.object(members)) }
}
