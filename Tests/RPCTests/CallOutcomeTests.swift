import FoundationEssentials
import RPC
import SwiftProtobuf
import Synchronization
import Testing

@Suite("How calls end", .timeLimit(.minutes(15)))
struct CallOutcomeTests {
    private struct Secret: Error { let account = "4711" }

    @Test("an error's code, text and details reach the caller; other errors show nothing of themselves")
    func errors() async throws {
        var router = RPCRouter.echo
        router.unary("/test.Fail/Refused") { (_: Text, _) -> Text in
            throw RPCError(
                .alreadyExists, "gibt's schon: 100 %", reason: "SPEND_CONFLICT", domain: "multibrand",
                facts: ["outcome": "not_applied"])
        }
        router.unary("/test.Fail/Broken") { (_: Text, _) -> Text in throw Secret() }
        router.serverStreaming("/test.Fail/Midway") { (_: Text, writer: RPCWriter<Text>, _) in
            try await writer.send(Text("first"))
            throw RPCError(.dataLoss, "the rest is gone")
        }
        try await withEcho(router) { client in
            let refused = await #expect(throws: RPCError.self) {
                let _: Text = try await client.unary("/test.Fail/Refused", Text(""))
            }
            #expect(refused?.code == .alreadyExists && refused?.message == "gibt's schon: 100 %")
            #expect(refused?.errorInfo?.reason == "SPEND_CONFLICT")
            #expect(refused?.errorInfo?.metadata == ["outcome": "not_applied"])
            let broken = await #expect(throws: RPCError.self) {
                let _: Text = try await client.unary("/test.Fail/Broken", Text(""))
            }
            #expect(broken?.code == .unknown && broken?.message.contains("4711") == false)
            let received = Mutex<[String]>([])
            let midway = await #expect(throws: RPCError.self) {
                try await client.serverStreaming("/test.Fail/Midway", Text("")) { (answers: RPCMessages<Text>) in
                    for try await answer in answers { received.withLock { $0.append(answer.value) } }
                }
            }
            #expect(midway?.code == .dataLoss && received.withLock { $0 } == ["first"])
        }
    }

    @Test("an unknown method or service is UNIMPLEMENTED", arguments: ["/test.Echo/Nothing", "/no.Service/Get", "/"])
    func unknownMethod(path: String) async throws {
        try await withEcho { client in
            let error = await #expect(throws: RPCError.self) {
                let _: Text = try await client.unary(path, Text("x"))
            }
            #expect(error?.code == .unimplemented)
        }
    }

    @Test("a message that does not parse is INTERNAL, one beyond the limit RESOURCE_EXHAUSTED, and the service goes on")
    func badMessages() async throws {
        var router = RPCRouter.echo
        router.unary("/test.Echo/Text") { (request: Text, _) -> Text in request }
        try await withEcho(router, configure: { $0.messageBytesMax = 1000 }) { client in
            let unparsable = await #expect(throws: RPCError.self) {
                // A text must be UTF-8.
                let _: Bytes = try await client.unary("/test.Echo/Text", Bytes(.init([0xff])))
            }
            #expect(unparsable?.code == .internal)
            let tooLarge = await #expect(throws: RPCError.self) {
                let _: Bytes = try await client.unary("/test.Echo/Get", Bytes(.init(repeating: 0, count: 1001)))
            }
            #expect(tooLarge?.code == .resourceExhausted)
            let answer: Bytes = try await client.unary("/test.Echo/Get", Bytes(.init(repeating: 0, count: 990)))
            #expect(answer.value.count == 990)
        }
    }

    @Test("an answer beyond the client's limit is RESOURCE_EXHAUSTED at the client")
    func answerTooLarge() async throws {
        try await withServer { _, port in
            var configuration = RPCClientConfiguration(host: "127.0.0.1", port: port)
            configuration.messageBytesMax = 1000
            try await withClient(configuration) { client in
                let error = await #expect(throws: RPCError.self) {
                    let _: Bytes = try await client.unary("/test.Echo/Get", Bytes(.init(repeating: 0, count: 1001)))
                }
                #expect(error?.code == .resourceExhausted)
            }
        }
    }

    @Test("when the deadline passes, the caller gets an error and the handler is cancelled")
    func deadline() async throws {
        let wasCancelled = Gate()
        let records = Mutex<[RPCStatusCode]>([])
        let observed = Gate()
        var router = RPCRouter.echo
        router.unary("/test.Wait/Forever") { (_: Text, context) -> Text in
            #expect(context.deadline != nil)
            do {
                try await waitForCancellation()
            } catch {
                wasCancelled.open()
                throw error
            }
            return Text("")
        }
        router.observe { record in
            guard record.path == "/test.Wait/Forever" else { return }
            records.withLock { $0.append(record.code) }
            observed.open()
        }
        try await withEcho(router) { client in
            // Connects first, so that the deadline measures the handler alone.
            let _: Bytes = try await client.unary("/test.Echo/Get", Bytes())
            let error = await #expect(throws: RPCError.self) {
                let _: Text = try await client.unary("/test.Wait/Forever", Text(""), timeout: .seconds(1))
            }
            #expect(error?.code == .deadlineExceeded)
            await wasCancelled.wait()
            await observed.wait()
            // Whichever clock strikes first: the server's, or the client's, whose reset cancels the call.
            #expect(records.withLock { $0 } == [.deadlineExceeded] || records.withLock { $0 } == [.cancelled])
        }
    }

    @Test("a call that its caller leaves is cancelled at the handler: by cancellation, or by losing the connection")
    func cancellation() async throws {
        let started = Gate()
        let wasCancelled = Gate()
        var router = RPCRouter.echo
        router.bidirectional("/test.Wait/Chat") { (requests: RPCMessages<Text>, _: RPCWriter<Text>, _) in
            started.open()
            do {
                for try await _ in requests {}
                Issue.record("the stream ended as if its caller had finished")
            } catch {
                wasCancelled.open()
                throw error
            }
        }
        try await withEcho(router) { client in
            let call = Task {
                try await client.bidirectional("/test.Wait/Chat") { (_: RPCWriter<Text>, answers: RPCMessages<Text>) in
                    for try await _ in answers {}
                }
            }
            await started.wait()
            call.cancel()
            await wasCancelled.wait()
            await #expect(throws: CancellationError.self) { try await call.value }
            let answer: Bytes = try await client.unary("/test.Echo/Get", Bytes(.init([1])))
            #expect(answer.value == .init([1]))
        }
    }

    @Test("each ended call is observed with its path, code and sizes; unknown paths share one name")
    func observer() async throws {
        let records = Mutex<[RPCCallRecord]>([])
        var router = RPCRouter.echo
        router.observe { record in records.withLock { $0.append(record) } }
        try await withEcho(router) { client in
            let _: Bytes = try await client.unary("/test.Echo/Get", Bytes(.init(repeating: 0, count: 10)))
            await #expect(throws: RPCError.self) {
                let _: Bytes = try await client.unary("/made.Up/Path", Bytes())
            }
        }
        let seen = records.withLock { $0 }
        #expect(seen.map(\.path) == ["/test.Echo/Get", "unknown"])
        #expect(seen.map(\.code) == [.ok, .unimplemented])
        #expect(seen.first?.requestByteCount == 17 && seen.first?.responseByteCount == 17)
    }

    @Test("a stream that its reader leaves early is given up, and the connection goes on")
    func leftEarly() async throws {
        try await withEcho { client in
            for _ in 0..<20 {
                let first = try await client.serverStreaming("/test.Echo/Count", Number(1_000_000)) {
                    (answers: RPCMessages<Number>) in
                    var iterator = answers.makeAsyncIterator()
                    return try await iterator.next()?.value
                }
                #expect(first == 0)
            }
            let answer: Bytes = try await client.unary("/test.Echo/Get", Bytes(.init([1])))
            #expect(answer.value == .init([1]))
        }
    }
}
