import OutgoingHTTP
import Testing

@Suite("Answers of others", .timeLimit(.minutes(15)))
struct AnswerTests {
    private func answer(
        _ text: String, closes: Bool = false, body: HTTPCall.AnswerBody = .read(bytesMax: 100)
    ) async throws -> HTTPCall.Answer {
        let server = try ScriptedServer { _, _ in closes ? .lastAnswer(text) : .answer(text) }
        var call = HTTPClientTests.post(server.url)
        call.answerBody = body
        return try await HTTPClient().send(call, within: .seconds(300))
    }

    @Test("interim answers, chunks and trailers are no part of what comes back")
    func forms() async throws {
        let text =
            "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\nlate: yes\r\n\r\n"
        let answer = try await answer(text)
        #expect(answer.status == 200 && answer.body == Array("abcde".utf8))
        #expect(answer.headers.map(\.name) == ["transfer-encoding"])
        let untilClosed = try await self.answer("HTTP/1.1 500 Oops\r\n\r\nall of it", closes: true)
        #expect(untilClosed.status == 500 && !untilClosed.isSuccess && untilClosed.body == Array("all of it".utf8))
    }

    @Test("a redirection is an answer like any other")
    func redirection() async throws {
        let server = try ScriptedServer { _, _ in
            .answer("HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")
        }
        let answer = try await HTTPClient().send(HTTPClientTests.post(server.url), within: .seconds(300))
        #expect(answer.status == 307 && server.arrivals.count == 1)
    }

    @Test("a body beyond the limit is a failure, announced or not, and so is a head without end")
    func tooLarge() async throws {
        let long = String(repeating: "x", count: 101)
        let endless =
            "HTTP/1.1 200 OK\r\n" + String(repeating: "a: \(String(repeating: "b", count: 1_000))\r\n", count: 300)
        for (text, kinds) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n\(long)", [HTTPCall.Failure.Kind.answerTooLarge]),
            ("HTTP/1.1 200 OK\r\n\r\n\(long)", [.answerTooLarge]),
            // libcurl's own limit may come first.
            (endless, [.answerTooLarge, .connectionLost]),
        ] {
            let failure = await #expect(throws: HTTPCall.Failure.self) { try await answer(text, closes: true) }
            #expect(failure.map { kinds.contains($0.kind) && $0.mayHaveBeenSent } == true)
        }
        let whole = try await answer("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n\(long.dropLast())")
        #expect(whole.body.count == 100)
    }

    @Test("an answer whose body is ignored is there with its head, even if the body never comes")
    func ignored() async throws {
        let answer = try await answer("HTTP/1.1 202 Accepted\r\nx: y\r\ncontent-length: 9\r\n\r\n", body: .ignored)
        #expect(answer.status == 202 && answer.body.isEmpty && answer.headers.first(name: "X") == "y")
        let empty = try await self.answer("HTTP/1.1 204 No Content\r\n\r\n", body: .ignored)
        #expect(empty.status == 204)
    }

    @Test("an answer to HEAD has no body to wait for")
    func head() async throws {
        let server = try ScriptedServer { _, _ in .answer("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n") }
        var call = HTTPCall(url: server.url)
        call.method = .head
        let answer = try await HTTPClient().send(call, within: .seconds(300))
        #expect(answer.status == 200 && answer.headers.first(name: "Content-Length") == "9")
        #expect(server.arrivals.first?.head.hasPrefix("HEAD /path HTTP/1.1") == true)
    }
}
