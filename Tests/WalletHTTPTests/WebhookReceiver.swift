import HTTPDoor
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization
import Testing

/// An endpoint of a customer on a free port: keeps what it is sent, and answers as the test says.
final class WebhookReceiver: HTTPResponder, Sendable {
    typealias Context = HTTPDoorContext

    /// What was sent.
    struct Received: Sendable {
        let path: String
        let headers: HTTPFields
        let body: [UInt8]

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    }

    private let answers: Mutex<[Int]>
    private let stream = AsyncStream<Received>.makeStream()
    private let headers: HTTPFields

    /// - Parameter answers: the statuses of the first answers; 204 afterwards.
    init(answers: [Int] = [], headers: HTTPFields = [:]) {
        self.answers = Mutex(answers)
        self.headers = headers
    }

    /// Everything that arrives, in its order.
    var arrivals: AsyncStream<Received> { stream.stream }

    func respond(to request: Request, context: HTTPDoorContext) async throws -> Response {
        let body = try await BodyReading.read(context, bytesMax: 1 << 20)
        let status = answers.withLock { $0.isEmpty ? 204 : $0.removeFirst() }
        stream.continuation.yield(Received(path: request.head.path ?? "", headers: request.headers, body: body))
        return Response(status: HTTPResponse.Status(code: status), headers: headers)
    }

    /// Lends its port.
    func run(_ body: (_ port: Int) async throws -> Void) async throws {
        let door = HTTPDoor(
            configuration: HTTPDoorConfiguration(), responder: self,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await door.run { port in
                    continuation.yield(port)
                    continuation.finish()
                }
            }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            do {
                try await body(port)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }
}
