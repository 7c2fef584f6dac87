import Foundation
import MultibrandAPI
import OutgoingHTTP
import SwiftProtobuf

/// A cardholder's browser: opens the widget of a card and saves a choice, over the very endpoints that the page uses.
struct DemoWidget {
    let connection: AdminConnection

    /// Asks the service for a widget, opens its page, and posts the choice as the page's form does.
    ///
    /// **Errors** ``CommandFailure`` when the page does not open or the choice is not saved.
    func choose(_ choices: [DemoCards.Choice], for cardID: String) async throws {
        let session: Multibrand_V1_WidgetSession = try await connection.call(
            "PreferenceService/CreateWidgetSession",
            Multibrand_V1_CreateWidgetSessionRequest.with {
                $0.cardID = cardID
                $0.kind = .multibrand
            })
        guard let page = URLComponents(string: session.launchURL),
            let token = page.queryItems?.first(where: { $0.name == "token" })?.value
        else { throw CommandFailure(.failed, "the widget of \(cardID) has no address: \(session.launchURL)") }
        let html = try await answer(HTTPCall(url: session.launchURL), "the widget's page")
        for choice in choices where !html.contains("data-program=\"\(choice.programID)\"") {
            throw CommandFailure(.failed, "the widget of \(cardID) does not offer \(choice.programID)")
        }
        var target = page
        target.path = "/widget/multibrand/choice"
        target.queryItems = nil
        var request = HTTPCall(url: target.string ?? "")
        request.method = .post
        request.headers.add(name: "content-type", value: "application/json")
        let saved = Saved(
            token: token,
            programs: choices.map { .init(id: $0.programID, parts: Int($0.parts), account: $0.account) })
        request.body = Array(try JSONEncoder().encode(saved))
        _ = try await answer(request, "the choice of \(cardID)")
    }

    /// What the page's form posts.
    private struct Saved: Encodable {
        struct Program: Encodable {
            let id: String
            let parts: Int
            let account: [String: String]
        }

        let token: String
        let programs: [Program]
    }

    private func answer(_ request: HTTPCall, _ what: String) async throws -> String {
        let answer = try await HTTPClient.shared.send(request, within: .seconds(10))
        let body = String(decoding: answer.body, as: UTF8.self)
        guard answer.isSuccess else {
            throw CommandFailure(.failed, "\(what) was answered \(answer.status): \(body.prefix(200))")
        }
        return body
    }
}
