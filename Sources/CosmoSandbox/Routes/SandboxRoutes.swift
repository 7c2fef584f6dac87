import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The routes of the sandbox; what they decide lives in `SandboxCore`.
struct SandboxRoutes: Sendable {
    let core: SandboxCore
    let logger: Logger

    func router() -> Router<SandboxContext> {
        let router = Router(context: SandboxContext.self)
        addTokens(to: router)
        addPrograms(to: router)
        addTransactions(to: router)
        addWidget(to: router)
        addControl(to: router)
        return router
    }

    /// An answer that was never sent because the connection was closed on purpose.
    struct AnswerLost: Error {}

    /// Runs a route of Cosmo's API: counts it, injects faults that come before it, and answers a refusal in the
    /// configured form.
    func answer(
        _ name: String, _ fault: SandboxFault.Call?, _ context: SandboxContext,
        _ body: (SandboxFault?) async throws -> Response
    ) async throws -> Response {
        core.count(name)
        let struck = fault.flatMap { core.strike($0) }
        do {
            switch struck?.kind {
            case .error500Before?: throw SandboxRefusal(.serverError)
            case .rateLimited?: throw SandboxRefusal(.rateLimited, retryAfterSeconds: struck?.retryAfterSeconds)
            case .timeoutBefore?: try await hold(context, milliseconds: struck?.milliseconds)
            case .cutBefore?: try await cut(context)
            case .delay?: try await pause(milliseconds: struck?.milliseconds ?? core.switches.slowMilliseconds)
            case .error500After?, .timeoutAfter?, .cutAfter?, nil: break
            }
            return try await body(struck)
        } catch let refusal as SandboxRefusal {
            return response(refusal)
        }
    }

    /// Applies a fault that comes after the work was done.
    func applyAfter(_ struck: SandboxFault?, _ context: SandboxContext) async throws {
        switch struck?.kind {
        case .error500After?: throw SandboxRefusal(.serverError)
        case .timeoutAfter?: try await hold(context, milliseconds: struck?.milliseconds)
        case .cutAfter?: try await cut(context)
        default: break
        }
    }

    /// Never answers: holds the connection for a while, then closes it.
    func hold(_ context: SandboxContext, milliseconds: Int? = nil) async throws {
        try? await pause(milliseconds: milliseconds ?? core.switches.lostAnswerMilliseconds)
        try await cut(context)
    }

    /// Closes the connection without an answer.
    func cut(_ context: SandboxContext) async throws {
        try? await context.channel.close(mode: .all)
        throw AnswerLost()
    }

    /// Waits, but not beyond a graceful shutdown.
    func pause(milliseconds: Int) async throws {
        // The delay itself is what is asked for: a slow or lost answer, as a switch or a fault says.
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(milliseconds)) }
    }

    /// The body of a request as JSON; nil when it is not JSON.
    func json(_ request: Request) async throws -> WireValue? {
        let body = try await request.body.collect(upTo: core.configuration.bodyBytesMax)
        return WireValue.parse(body.readableBytesView)
    }

    /// A successful POST of Cosmo's API.
    func created(_ value: WireValue) -> Response {
        response(HTTPResponse.Status(code: core.switches.postStatus), value)
    }

    func response(_ status: HTTPResponse.Status, _ value: WireValue) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: value.utf8)))
    }

    /// A refusal in the configured form (contract section 6).
    func response(_ refusal: SandboxRefusal) -> Response {
        let switches = core.switches
        let code = switches.errorStatuses[refusal.cause.rawValue] ?? refusal.cause.defaultStatus
        let status = HTTPResponse.Status(code: code)
        var response: Response
        switch switches.errorBody {
        case .envelope:
            let message: WireValue =
                refusal.messages.map { .array($0.map { .string($0) }) } ?? .string(refusal.cause.message)
            response = self.response(
                status,
                .object([
                    "statusCode": .integer(Int64(code)), "message": message, "error": .string(status.reasonPhrase),
                ]))
        case .text:
            let text = refusal.messages?.joined(separator: ", ") ?? refusal.cause.message
            response = Response(status: status, body: .init(byteBuffer: ByteBuffer(string: text)))
        case .empty:
            response = Response(status: status)
        }
        if let seconds = refusal.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    /// Checks the Bearer token of an API call: a widget's token is not one (contract section 7).
    func requireToken(_ request: Request) throws(SandboxRefusal) {
        guard let header = request.headers[.authorization], header.hasPrefix("Bearer "),
            core.tokens.kind(of: header.dropFirst("Bearer ".count)) == .api
        else { throw SandboxRefusal(.unauthorized) }
    }
}
