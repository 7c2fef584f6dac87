import HTTPTypes
import Inbox

/// What an address and a method ask for.
enum WebhookRoute: Equatable {
    case delivery(InboxKind)
    case token
    case health
    case readiness
    case metrics
    case notFound
    case methodNotAllowed(allow: String)
    case targetTooLong

    /// The longest request target, in bytes; ours are under 40.
    static let targetBytesMax = 1_024

    init(target: String, path: String, method: HTTPRequest.Method, offersTokens: Bool) {
        guard target.utf8.count <= Self.targetBytesMax else {
            self = .targetTooLong
            return
        }
        let route: WebhookRoute
        switch path {
        case "/webhooks/cosmo/program-connection": route = .delivery(.programConnection)
        case "/webhooks/cosmo/transaction": route = .delivery(.transaction)
        case "/oauth/token" where offersTokens: route = .token
        case "/healthz": route = .health
        case "/readyz": route = .readiness
        case "/metrics": route = .metrics
        default: route = .notFound
        }
        switch route {
        case .delivery, .token: self = method == .post ? route : .methodNotAllowed(allow: "POST")
        case .health, .readiness, .metrics:
            self = method == .get || method == .head ? route : .methodNotAllowed(allow: "GET, HEAD")
        case .notFound, .methodNotAllowed, .targetTooLong: self = route
        }
    }
}
