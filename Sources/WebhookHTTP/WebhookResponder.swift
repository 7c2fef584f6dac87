import HTTPDoor
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Inbox
import Logging
import Metrics
import NIOCore

/// Answers the door's requests: cap, verify, store, answer, in this order.
///
/// **Guarantees**: nothing of a body is parsed here, nothing is stored that was not vouched for, and 2xx is answered after
/// the commit only (I-11). A body never reaches a log.
struct WebhookResponder: HTTPResponder {
    typealias Context = HTTPDoorContext

    let inbox: Inbox
    let endpoints: WebhookEndpoints
    let pages: OperationalPages
    let bodyBytesMax: Int
    let bodyTimeout: Duration
    /// How long a sender surely waits for an answer.
    let senderTimeout: Duration
    let logger: Logger

    private static let signature = HTTPField.Name("x-signature")
    private static let timestamp = HTTPField.Name("x-timestamp")

    func respond(to request: Request, context: HTTPDoorContext) async throws -> Response {
        let route = WebhookRoute(
            target: request.head.path ?? "", path: request.uri.path, method: request.method,
            offersTokens: endpoints.token != nil)
        switch route {
        case .delivery(let kind): return try await deliver(kind, request, context)
        case .token: return try await token(request, context)
        case .health: return page(await pages.health(), request)
        case .readiness: return page(await pages.readiness(), request)
        case .metrics: return page(await pages.metrics(), request)
        case .notFound: return answer(.noSuchPage)
        case .targetTooLong: return answer(.targetTooLong)
        case .methodNotAllowed(let allow):
            var response = answer(.methodNotAllowed)
            response.headers[.allow] = allow
            return response
        }
    }

    private func deliver(_ kind: InboxKind, _ request: Request, _ context: HTTPDoorContext) async throws -> Response {
        let begun = ContinuousClock.now
        let body: [UInt8]
        do {
            body = try await BodyReading.read(request, bytesMax: bodyBytesMax, timeout: bodyTimeout)
        } catch let refusal as BodyReading.Refusal {
            count(kind, refusal == .tooLarge ? "too_large" : "too_slow")
            return refuse(refusal, context)
        }
        let evidence = WebhookEvidence(
            signature: header(Self.signature, request), timestamp: header(Self.timestamp, request),
            authorization: request.headers[.authorization], body: body)
        let authenticate = kind == .transaction ? endpoints.transaction : endpoints.programConnection
        switch authenticate(evidence) {
        case .refused(let reason):
            count(kind, reason)
            logger.notice(
                "a webhook delivery was refused",
                metadata: ["kind": "\(kind.rawValue)", "reason": "\(reason)", "body_bytes": "\(body.count)"])
            return answer(.deliveryRefused)
        case .admitted(let by, let isStamped):
            let (response, inboxID) = await store(kind, body, stamp: isStamped ? evidence.timestamp : nil, by: by)
            if let inboxID, kind == .programConnection { await noteAnswer(to: inboxID, since: begun, context) }
            return response
        }
    }

    /// Has the answer noted once it is written, unless its sender may have ceased to wait for it by then.
    private func noteAnswer(
        to inboxID: Int64, since begun: ContinuousClock.Instant, _ context: HTTPDoorContext
    ) async {
        await context.onceWritten { [inbox, senderTimeout] in
            let isInTime = ContinuousClock.now - begun <= senderTimeout
            if isInTime { inbox.noteAnswered(inboxID) }
            Counter(
                label: "multibrand_webhook_answers_total", dimensions: [("result", isInTime ? "in_time" : "late")]
            ).increment()
        }
    }

    /// Stores a delivery; the answer, and the row that it is in.
    private func store(
        _ kind: InboxKind, _ body: [UInt8], stamp: String?, by: String
    ) async -> (response: Response, inboxID: Int64?) {
        do {
            let received = try await inbox.receive(kind, stamp: stamp, body: body, authentication: by)
            switch received {
            case .stored:
                count(kind, "stored")
                return (answer(.ok, #"{"status":"stored"}"#), received.id)
            case .repeated:
                count(kind, "repeated")
                return (answer(.ok, #"{"status":"repeated"}"#), received.id)
            }
        } catch {
            count(kind, "not_stored")
            logger.error(
                "a webhook delivery could not be stored; its sender must send it again",
                metadata: ["kind": "\(kind.rawValue)", "error": "\(error)"])
            var response = answer(.deliveryNotStored)
            response.headers[.retryAfter] = "1"
            return (response, nil)
        }
    }

    private func token(_ request: Request, _ context: HTTPDoorContext) async throws -> Response {
        guard let issue = endpoints.token else { return answer(.noSuchPage) }
        let form: [UInt8]
        do {
            form = try await BodyReading.read(request, bytesMax: min(bodyBytesMax, 8_192), timeout: bodyTimeout)
        } catch let refusal as BodyReading.Refusal {
            return refuse(refusal, context)
        }
        let answered = issue(request.headers[.authorization], String(decoding: form, as: UTF8.self))
        Counter(
            label: "multibrand_webhook_tokens_total",
            dimensions: [("result", answered.status == 200 ? "issued" : "refused")]
        ).increment()
        if answered.status != 200 {
            logger.notice("a webhook token was refused", metadata: ["status": "\(answered.status)"])
        }
        var response = answer(HTTPResponse.Status(code: answered.status), answered.body)
        // RFC 6749 section 5.1 and 5.2.
        response.headers[.cacheControl] = "no-store"
        if answered.status == 401 { response.headers[.wwwAuthenticate] = "Basic realm=\"multibrand\"" }
        return response
    }

    private func refuse(_ refusal: BodyReading.Refusal, _ context: HTTPDoorContext) -> Response {
        context.closeSoon()
        var response =
            switch refusal {
            case .tooLarge: answer(.bodyTooLarge)
            case .tooSlow: answer(.bodyTooSlow)
            }
        response.headers[.connection] = "close"
        return response
    }

    private func page(_ page: OperationalPages.Page, _ request: Request) -> Response {
        let response = Response(
            status: HTTPResponse.Status(code: page.status),
            headers: [.contentType: page.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.body)))
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ refusal: WebhookRefusal) -> Response {
        answer(HTTPResponse.Status(code: refusal.httpStatus), refusal.json)
    }

    private func answer(_ status: HTTPResponse.Status, _ json: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
    }

    private func header(_ name: HTTPField.Name?, _ request: Request) -> String? {
        name.flatMap { request.headers[$0] }
    }

    private func count(_ kind: InboxKind, _ result: String) {
        Counter(
            label: "multibrand_webhook_deliveries_total", dimensions: [("kind", kind.rawValue), ("result", result)]
        ).increment()
    }
}
