import Cosmo
import HTTPDoor
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Inbox
import Logging
import Metrics
import NIOCore

/// Answers the door's requests: screen the headers, read within the cap, verify, store, answer, in this order.
///
/// **Guarantees**: nothing of a body is parsed here, nothing is stored that was not vouched for, and 2xx is answered
/// after the commit only (I-11). A body never reaches a log.
struct WebhookResponder: HTTPResponder {
    typealias Context = HTTPDoorContext

    let inbox: Inbox
    let authentication: WebhookAuthentication
    let tokens: WebhookTokenEndpoint?
    let nowSeconds: @Sendable () -> Int64
    let pages: OperationalPages
    let bodyBytesMax: Int
    /// How long a sender surely waits for an answer.
    let senderTimeout: Duration
    let logger: Logger

    private static let signature = HTTPField.Name(WebhookSignature.signatureHeader)
    private static let timestamp = HTTPField.Name(WebhookSignature.timestampHeader)

    func respond(to request: Request, context: HTTPDoorContext) async throws -> Response {
        let route = WebhookRoute(
            target: request.head.path ?? "", path: request.uri.path, method: request.method,
            offersTokens: tokens != nil)
        switch route {
        case .delivery(let kind): return try await deliver(kind, request, context)
        case .token: return try await token(request, context)
        case .health: return page(await pages.health())
        case .readiness: return page(await pages.readiness())
        case .metrics: return page(await pages.metrics())
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
        let headers = WebhookAuthentication.Headers(
            signature: header(Self.signature, request), timestamp: header(Self.timestamp, request),
            authorization: request.headers[.authorization])
        do throws(WebhookRejection) {
            try authentication.screen(headers: headers, nowSeconds: nowSeconds())
        } catch {
            return refuse(kind, error.reason, context)
        }
        guard Self.isPlain(request) else {
            count(kind, "encoded")
            return answer(.bodyEncoded)
        }
        let body: [UInt8]
        do throws(BodyReading.Refusal) {
            body = try await BodyReading.read(context, bytesMax: bodyBytesMax)
        } catch {
            count(kind, Self.result(error))
            return refuse(error)
        }
        let verified: WebhookAuthentication.Verified
        do throws(WebhookRejection) {
            verified = try authentication.verify(headers: headers, body: body, nowSeconds: nowSeconds())
        } catch {
            return refuse(kind, error.reason, context, bodyBytes: body.count)
        }
        // A timestamp that nobody signed says nothing.
        let stamp = verified.timestampSeconds == nil ? nil : headers.timestamp
        let (response, inboxID) = await store(kind, body, stamp: stamp, by: verified.by)
        if let inboxID, kind == .programConnection { await noteAnswer(to: inboxID, since: begun, context) }
        return response
    }

    /// - Parameter bodyBytes: nil when the body was not read.
    private func refuse(
        _ kind: InboxKind, _ reason: WebhookRejection.Reason, _ context: HTTPDoorContext, bodyBytes: Int? = nil
    ) -> Response {
        count(kind, reason.rawValue)
        logger.notice(
            "a webhook delivery was refused",
            metadata: [
                "kind": "\(kind.rawValue)", "reason": "\(reason.rawValue)",
                "body_bytes": "\(bodyBytes.map(String.init) ?? "not read")", "peer": "\(context.peer)",
            ])
        var response = answer(.deliveryRefused)
        response.headers[.wwwAuthenticate] = authentication.challenge
        return response
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
            inbox.log(notStored: kind, error, to: logger)
            return (retry(answer(.deliveryNotStored)), nil)
        }
    }

    private func token(_ request: Request, _ context: HTTPDoorContext) async throws -> Response {
        guard let tokens else { return answer(.noSuchPage) }
        let authorization = request.headers[.authorization]
        if let refused = tokens.screen(authorization: authorization) { return token(refused, context) }
        guard Self.isPlain(request) else { return answer(.bodyEncoded) }
        do throws(BodyReading.Refusal) {
            let form = try await BodyReading.read(context, bytesMax: min(bodyBytesMax, 8_192))
            return token(
                tokens.answer(
                    authorization: authorization, formBody: String(decoding: form, as: UTF8.self),
                    nowSeconds: nowSeconds()), context)
        } catch {
            return refuse(error)
        }
    }

    private func token(_ answered: WebhookTokenEndpoint.Answer, _ context: HTTPDoorContext) -> Response {
        Counter(
            label: "multibrand_webhook_tokens_total",
            dimensions: [("result", answered.status == 200 ? "issued" : "refused")]
        ).increment()
        if answered.status != 200 {
            logger.notice(
                "a webhook token was refused", metadata: ["status": "\(answered.status)", "peer": "\(context.peer)"])
        }
        var response = answer(HTTPResponse.Status(code: answered.status), answered.body)
        // RFC 6749 section 5.2.
        if answered.status == 401 { response.headers[.wwwAuthenticate] = "Basic realm=\"multibrand\"" }
        return response
    }

    private func refuse(_ refusal: BodyReading.Refusal) -> Response {
        switch refusal {
        case .tooLarge: answer(.bodyTooLarge)
        case .tooSlow: answer(.bodyTooSlow)
        // Nobody reads what a client that hung up is answered.
        case .malformed, .hungUp: answer(.bodyMalformed)
        case .overloaded: retry(answer(.bodiesTooMany))
        }
    }

    /// What the counter of deliveries calls it.
    private static func result(_ refusal: BodyReading.Refusal) -> String {
        switch refusal {
        case .tooLarge: "too_large"
        case .tooSlow: "too_slow"
        case .malformed: "malformed"
        case .hungUp: "hung_up"
        case .overloaded: "too_many"
        }
    }

    /// Whether the body is sent as it is (RFC 9110 section 8.4): what was signed is what is stored.
    private static func isPlain(_ request: Request) -> Bool {
        let encoding = request.headers[.contentEncoding] ?? ""
        return encoding.isEmpty || encoding.lowercased() == "identity"
    }

    private func retry(_ response: Response) -> Response {
        var response = response
        response.headers[.retryAfter] = "1"
        return response
    }

    private func page(_ page: OperationalPages.Page) -> Response {
        Response(
            status: HTTPResponse.Status(code: page.status),
            headers: [.contentType: page.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.body)))
    }

    private func answer(_ refusal: WebhookRefusal) -> Response {
        answer(HTTPResponse.Status(code: refusal.httpStatus), refusal.json)
    }

    private func answer(_ status: HTTPResponse.Status, _ json: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
    }

    private func header(_ name: HTTPField.Name?, _ request: Request) -> String? {
        name.flatMap { request.headers[$0] }
    }

    /// Has every refusal begin at zero, so that the first one is an increase.
    func beginCounts() {
        for kind in InboxKind.allCases {
            for reason in WebhookRejection.Reason.allCases { counter(kind, reason.rawValue).increment(by: 0) }
        }
    }

    private func count(_ kind: InboxKind, _ result: String) { counter(kind, result).increment() }

    private func counter(_ kind: InboxKind, _ result: String) -> Counter {
        Counter(
            label: "multibrand_webhook_deliveries_total",
            dimensions: [("kind", kind.rawValue), ("mode", authentication.modeName), ("result", result)])
    }
}
