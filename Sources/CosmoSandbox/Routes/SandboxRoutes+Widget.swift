import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

extension SandboxRoutes {
    /// A small substitute for Cosmo's Multibrand widget: it shows the programs and turns a choice into webhooks.
    func addWidget(to router: Router<SandboxContext>) {
        router.get("widget/multibrand") { request, _ in
            guard let user = widgetUser(request.uri.queryParameters["token"]) else { return refusedPage() }
            let (programs, links) = core.state.withLock { state in
                (state.rules.data.programs.filter(\.isActive), state.links[user] ?? [:])
            }
            return page(.ok, WidgetPage.html(programs: programs, linked: links))
        }
        router.post("widget/multibrand/choice") { request, _ in
            let body = try await json(request)
            guard let user = widgetUser(body?["token"]?.string.map { Substring($0) }) else {
                return response(SandboxRefusal(.unauthorized))
            }
            guard case .array(let choices)? = body?["programs"] else {
                return response(SandboxRefusal(.missingFields, messages: ["programs must be an array"]))
            }
            let events = core.state.withLock { state in Self.events(user: user, choices: choices, state: &state) }
            _ = try await core.queue(events: events)
            return response(.ok, .object(["events": .integer(Int64(events.count))]))
        }
    }

    /// The user a widget token was made for; an API token does not open the widget.
    private func widgetUser(_ token: Substring?) -> String? {
        guard let token, case .widget(.multibrand, let user)? = core.tokens.kind(of: token) else { return nil }
        return user
    }

    /// What changed between the user's links and the choice: every chosen program is linked or edited, every other that
    /// was linked is removed.
    private static func events(
        user: String, choices: [WireValue], state: inout SandboxCore.State
    ) -> [SandboxConnectionEvent] {
        var events: [SandboxConnectionEvent] = []
        var links: [String: SandboxConnectionEvent] = [:]
        for choice in choices {
            guard let id = choice["id"]?.string,
                state.rules.data.programs.contains(where: { $0.id == id && $0.isActive })
            else { continue }
            let account = (choice["account"]?.strings ?? [:]).filter { !$0.value.isEmpty }
            let event = SandboxConnectionEvent(
                sourceUserId: user, destinationProgramId: id, type: "LINKED", destinationAccount: account,
                parts: choice["parts"]?.integer.flatMap { Int(exactly: $0) })
            links[id] = event
            if state.links[user]?[id] != event { events.append(event) }
        }
        for (id, old) in state.links[user] ?? [:] where links[id] == nil {
            events.append(
                SandboxConnectionEvent(
                    sourceUserId: user, destinationProgramId: id, type: "DELINKED",
                    destinationAccount: old.destinationAccount))
        }
        state.links[user] = links
        return events.sorted { $0.destinationProgramId < $1.destinationProgramId }
    }

    private func refusedPage() -> Response {
        page(.unauthorized, WidgetPage.document(body: "<p>This link has ended. Ask your bank for a new one.</p>"))
    }

    private func page(_ status: HTTPResponse.Status, _ html: String) -> Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        if let name = HTTPField.Name("referrer-policy") { headers[name] = "no-referrer" }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}
