import FoundationEssentials
import RPC
import SwiftProtobuf
import Testing

@Suite("The four shapes of a call", .timeLimit(.minutes(15)))
struct CallShapeTests {
    @Test("unary calls are answered, on the event loop or off it", arguments: ["/test.Echo/Get", "/test.Echo/Hop"])
    func unary(path: String) async throws {
        try await withEcho { client in
            for count in [0, 1, 100, 16_384, 65_535, 65_536, 1_000_000, 4_000_000] {
                let request = Bytes(.init(repeating: UInt8(count & 255), count: count))
                let response: Bytes = try await client.unary(path, request)
                #expect(response == request)
            }
        }
    }

    @Test("many calls at once keep their answers apart")
    func manyAtOnce() async throws {
        try await withEcho { client in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let request = Bytes(.init("\(number)".utf8))
                        let path = number.isMultiple(of: 2) ? "/test.Echo/Get" : "/test.Echo/Hop"
                        let response: Bytes = try await client.unary(path, request)
                        return response == request
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("a server's stream arrives whole and in order", arguments: [0, 1, 10_000])
    func serverStreaming(count: Int) async throws {
        try await withEcho { client in
            let numbers = try await client.serverStreaming("/test.Echo/Count", Number(Int64(count))) {
                (answers: RPCMessages<Number>) in
                var numbers: [Int64] = []
                for try await answer in answers { numbers.append(answer.value) }
                return numbers
            }
            #expect(numbers == (0..<Int64(count)).map { $0 })
        }
    }

    @Test("a client's stream is summed up", arguments: [0, 1, 10_000])
    func clientStreaming(count: Int64) async throws {
        try await withEcho { client in
            let sum: Number = try await client.clientStreaming("/test.Echo/Sum") { (writer: RPCWriter<Number>) in
                for number in 0..<count { try await writer.send(Number(number)) }
            }
            #expect(sum.value == count * (count - 1) / 2)
        }
    }

    @Test("both sides talk at once, with messages beyond the window")
    func bidirectional() async throws {
        try await withEcho { client in
            try await client.bidirectional("/test.Echo/Chat") {
                (writer: RPCWriter<Bytes>, answers: RPCMessages<Bytes>) in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let sizes = [0, 1, 70_000, 3_000_000, 5, 400_000, 3_000_000]
                    group.addTask {
                        for size in sizes { try await writer.send(Bytes(.init(repeating: 1, count: size))) }
                        writer.finish()
                    }
                    var received: [Int] = []
                    for try await answer in answers { received.append(answer.value.count) }
                    #expect(received == sizes)
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("what came before a message beyond the limit is answered, and then the stream fails")
    func overlongMessage() async throws {
        try await withEcho(configure: { $0.messageBytesMax = 1000 }) { client in
            let received = Tally()
            let failure = await #expect(throws: RPCError.self) {
                try await client.bidirectional("/test.Echo/Chat") {
                    (writer: RPCWriter<Bytes>, answers: RPCMessages<Bytes>) in
                    for _ in 0..<50 { try await writer.send(Bytes(.init(repeating: 1, count: 10))) }
                    try await writer.send(Bytes(.init(repeating: 1, count: 2000)))
                    writer.finish()
                    for try await _ in answers { received.add() }
                }
            }
            #expect(failure?.code == .resourceExhausted)
            #expect(received.count == 50)
        }
    }

    @Test("one question after the other works on one stream")
    func pingPong() async throws {
        try await withEcho { client in
            try await client.bidirectional("/test.Echo/Chat") {
                (writer: RPCWriter<Bytes>, answers: RPCMessages<Bytes>) in
                var iterator = answers.makeAsyncIterator()
                for number in 0..<200 {
                    let request = Bytes(.init("\(number)".utf8))
                    try await writer.send(request)
                    #expect(try await iterator.next() == request)
                }
                writer.finish()
                #expect(try await iterator.next() == nil)
            }
        }
    }

    @Test("a handler that streams to a reader who does not read is held back, and its neighbours are not")
    func responseBackPressure() async throws {
        let sent = Tally()
        var router = RPCRouter.echo
        router.serverStreaming("/test.Echo/Flood") { (_: Number, writer: RPCWriter<Bytes>, _) in
            for _ in 0..<1000 {
                try await writer.send(Bytes(.init(repeating: 0, count: 100_000)))
                sent.add()
            }
        }
        try await withEcho(router) { client in
            try await client.serverStreaming("/test.Echo/Flood", Number(0)) { (answers: RPCMessages<Bytes>) in
                var iterator = answers.makeAsyncIterator()
                _ = try await iterator.next()
                for _ in 0..<300 {
                    let _: Bytes = try await client.unary("/test.Echo/Hop", Bytes(.init(repeating: 1, count: 10)))
                }
                // The window, the queues of both sides and one message: far from a thousand.
                let count = sent.count
                #expect(count < 20, "\(count) messages of 100 kB were taken from the handler")
                for _ in 1..<1000 { #expect(try await iterator.next() != nil) }
                #expect(try await iterator.next() == nil)
            }
        }
    }

    @Test("a client that streams to a handler who does not read is held back")
    func requestBackPressure() async throws {
        let gate = Gate()
        let sent = Tally()
        var router = RPCRouter.echo
        router.clientStreaming("/test.Echo/Slow") { (requests: RPCMessages<Bytes>, _) -> Number in
            await gate.wait()
            var count: Int64 = 0
            for try await _ in requests { count += 1 }
            return Number(count)
        }
        try await withEcho(router) { client in
            async let answer: Number = client.clientStreaming("/test.Echo/Slow") { (writer: RPCWriter<Bytes>) in
                for _ in 0..<500 {
                    try await writer.send(Bytes(.init(repeating: 0, count: 100_000)))
                    sent.add()
                }
            }
            for _ in 0..<300 {
                let _: Bytes = try await client.unary("/test.Echo/Hop", Bytes(.init(repeating: 1, count: 10)))
            }
            let count = sent.count
            #expect(count < 20, "\(count) messages of 100 kB were taken from the client")
            gate.open()
            let received = try await answer
            #expect(received.value == 500)
        }
    }

    @Test("metadata and the peer reach the handler; an admission runs first and may refuse")
    func admission() async throws {
        enum Client: RPCContextKey { typealias Value = String }
        var router = RPCRouter()
        let admission = RPCAdmission { context in
            guard let key = context.metadata["x-api-key"] else {
                throw RPCError(.unauthenticated, "an API key is needed", reason: "NO_API_KEY", domain: "test")
            }
            context[Client.self] = "client of \(key)"
        }
        router.unary("/test.Echo/Who", admission: admission) { (_: Text, context) -> Text in
            #expect(context.path == "/test.Echo/Who" && context.peerAddress.contains("127.0.0.1") && !context.isTLS)
            #expect(context.metadata.binaryValues("trace-bin") == [[1, 2, 255]])
            return Text(context[Client.self] ?? "nobody")
        }
        try await withEcho(router) { client in
            var metadata: Metadata = ["x-api-key": "k1"]
            metadata.add("trace-bin", binary: [1, 2, 255])
            let who: Text = try await client.unary("/test.Echo/Who", Text(""), metadata: metadata)
            #expect(who.value == "client of k1")
            let error = await #expect(throws: RPCError.self) {
                let _: Text = try await client.unary("/test.Echo/Who", Text(""))
            }
            #expect(error?.code == .unauthenticated && error?.errorInfo?.reason == "NO_API_KEY")
        }
    }
}
