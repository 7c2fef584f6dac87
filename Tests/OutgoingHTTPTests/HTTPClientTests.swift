import OutgoingHTTP
import TestSupport
import Testing

@Suite("Calls to others over HTTP", .timeLimit(.minutes(15)))
struct HTTPClientTests {
    static func post(_ url: String, _ body: String = "{}") -> HTTPCall {
        var call = HTTPCall(url: url)
        call.method = .post
        call.body = Array(body.utf8)
        return call
    }

    static func failure(
        _ client: HTTPClient, _ call: HTTPCall, within limit: Duration = .seconds(300)
    ) async -> HTTPCall.Failure? {
        do throws(HTTPCall.Failure) {
            _ = try await client.send(call, within: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test("a request arrives as it was given, and its answer comes back")
    func exchange() async throws {
        let server = try ScriptedServer { _, _ in
            .answer("HTTP/1.1 201 Created\r\nX-One: a\r\nx-one:  b \r\ncontent-length: 3\r\n\r\nyes")
        }
        var call = Self.post(server.url + "/../a%2Fb?q=1", "a body")
        call.headers.add(name: "content-type", value: "text/plain")
        call.headers.add(name: "x-empty", value: "")
        for value in ["1", "2"] { call.headers.add(name: "x-twice", value: value) }
        let answer = try await HTTPClient().send(call, within: .seconds(300))
        #expect(answer.status == 201 && answer.isSuccess && answer.body == Array("yes".utf8))
        #expect(answer.headers.map(\.value) == ["a", "b", "3"] && answer.headers.first(name: "X-ONE") == "a")
        let arrival = try #require(server.arrivals.first)
        #expect(arrival.body == "a body")
        let lines = arrival.head.split(separator: "\r\n").map(String.init)
        #expect(
            lines.sorted() == [
                "Content-Length: 6", "Host: 127.0.0.1:\(server.port)", "POST /path/../a%2Fb?q=1 HTTP/1.1",
                "content-type: text/plain", "x-empty:", "x-twice: 1", "x-twice: 2",
            ])
    }

    @Test("connections are kept, and one that the other side closed meanwhile is not used again")
    func reuse() async throws {
        let server = try ScriptedServer { _, index in
            index == 2 ? .lastAnswer(ScriptedServer.ok) : .answer(ScriptedServer.ok)
        }
        let client = HTTPClient()
        for number in 0..<3 {
            #expect(try await client.send(Self.post(server.url, "\(number)"), within: .seconds(300)).status == 200)
        }
        try await eventually("the connection is closed") { server.closedCount == 1 }
        #expect(try await client.send(Self.post(server.url, "3"), within: .seconds(300)).status == 200)
        #expect(server.arrivals.map(\.connection) == [0, 0, 0, 1])
        #expect(server.arrivals.map(\.body) == ["0", "1", "2", "3"])
    }

    @Test(
        "a request that a kept connection takes and closes without an answer is not sent again, and may have been sent",
        arguments: [HTTPCall.Method.post, .get, HTTPCall.Method(rawValue: "PUT")], ["", "{}"])
    func sentOnce(_ method: HTTPCall.Method, _ body: String) async throws {
        let server = try ScriptedServer { _, index in index == 1 ? .close : .answer(ScriptedServer.ok) }
        let client = HTTPClient()
        _ = try await client.send(HTTPCall(url: server.url), within: .seconds(300))
        var call = HTTPCall(url: server.url)
        call.method = method
        if !body.isEmpty { call.body = Array(body.utf8) }
        let failure = await Self.failure(client, call)
        #expect(failure?.kind == .connectionLost && failure?.mayHaveBeenSent == true)
        #expect(server.arrivals.map(\.connection) == [0, 0], "it was sent again")
        #expect(try await client.send(call, within: .seconds(300)).status == 200)
    }

    @Test("a connection that is closed in the middle of an answer is lost")
    func truncated() async throws {
        let server = try ScriptedServer { _, _ in .lastAnswer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok") }
        let failure = await Self.failure(HTTPClient(), Self.post(server.url))
        #expect(failure?.kind == .connectionLost && failure?.mayHaveBeenSent == true)
    }

    @Test("without a connection nothing was sent")
    func refused() async throws {
        let failure = await Self.failure(HTTPClient(), Self.post("http://127.0.0.1:1/"))
        #expect(failure?.kind == .connectionFailed && failure?.mayHaveBeenSent == false)
    }

    @Test("a server that does not answer in time has the request; one that does not agree on TLS in time has not")
    func timeouts() async throws {
        let server = try ScriptedServer { _, _ in .silence }
        let late = await Self.failure(HTTPClient(), Self.post(server.url), within: .milliseconds(500))
        #expect(late?.kind == .timedOut && late?.mayHaveBeenSent == true)
        var configuration = HTTPClient.Configuration()
        configuration.connectTimeout = .milliseconds(300)
        let call = Self.post("https://127.0.0.1:\(server.port)/")
        let never = await Self.failure(HTTPClient(configuration), call)
        #expect(never?.kind == .connectionFailed && never?.mayHaveBeenSent == false)
    }

    @Test("a cancelled call ends at once with its connection, and says whether it may have been sent")
    func cancellation() async throws {
        let server = try ScriptedServer { _, _ in .silence }
        let client = HTTPClient()
        let failure = try await withThrowingTaskGroup(of: HTTPCall.Failure?.self) { group in
            group.addTask { await Self.failure(client, Self.post(server.url)) }
            try await eventually("the request arrives") { server.arrivals.count == 1 }
            group.cancelAll()
            return try await group.next() ?? nil
        }
        #expect(failure?.kind == .cancelled && failure?.mayHaveBeenSent == true)
        try await eventually("the connection is closed") { server.closedCount == 1 }
        let before = await withTaskGroup(of: HTTPCall.Failure?.self) { group in
            group.cancelAll()
            group.addTask { await Self.failure(client, Self.post(server.url)) }
            return await group.next() ?? nil
        }
        #expect(before?.kind == .cancelled && before?.mayHaveBeenSent == false && server.arrivals.count == 1)
    }

    @Test("a client that is shut down ends its calls and takes no more")
    func shutdown() async throws {
        let server = try ScriptedServer { _, _ in .silence }
        let client = HTTPClient()
        try await withThrowingTaskGroup(of: HTTPCall.Failure?.self) { group in
            group.addTask { await Self.failure(client, Self.post(server.url)) }
            try await eventually("the request arrives") { server.arrivals.count == 1 }
            await client.shutdown()
            let failure = try await group.next() ?? nil
            #expect(failure?.kind == .cancelled && failure?.mayHaveBeenSent == true)
        }
        try await eventually("the connection is closed") { server.closedCount == 1 }
        let after = await Self.failure(client, Self.post(server.url))
        #expect(after?.kind == .cancelled && after?.mayHaveBeenSent == false)
        await client.shutdown()
        await HTTPClient().shutdown()
    }

    @Test("a client that is dropped closes its connections")
    func dropped() async throws {
        let server = try ScriptedServer { _, _ in .answer(ScriptedServer.ok) }
        #expect(try await HTTPClient().send(Self.post(server.url), within: .seconds(300)).status == 200)
        try await eventually("the connection is closed") { server.closedCount == 1 }
    }

    @Test("two hundred calls at once are each answered with their own answer")
    func manyAtOnce() async throws {
        let server = try ScriptedServer { arrival, _ in
            .answer("HTTP/1.1 200 OK\r\ncontent-length: \(arrival.body.utf8.count)\r\n\r\n\(arrival.body)")
        }
        let client = HTTPClient()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let answer = try await client.send(Self.post(server.url, "\(number)"), within: .seconds(300))
                    #expect(answer.body == Array("\(number)".utf8))
                }
            }
            try await group.waitForAll()
        }
        #expect(server.arrivals.count == 200)
    }
}
