import HTTPDoor
import Synchronization
import TestSupport
import Testing
import WebhookHTTP

/// Bodies and answers of clients that dawdle, over real sockets.
@Suite(.timeLimit(.minutes(5))) struct ArrivingBodyTests {
    static func configuration(
        _ change: (inout HTTPConnectionLimits) -> Void = { _ in }, bodies: BodyBudget = BodyBudget()
    ) -> WebhookServerConfiguration {
        var limits = HTTPConnectionLimits()
        change(&limits)
        return WebhookServerConfiguration(bodyBytesMax: 8_192, limits: limits, bodies: bodies)
    }

    /// The head of a delivery that is signed rightly, and a body that lacks its last byte.
    static func unfinished(_ count: Int) -> (head: String, body: [UInt8]) {
        let body = [UInt8](repeating: 65, count: count)
        return (
            RequestFormTests.post("content-length: \(count)\r\n", "", signs: String(decoding: body, as: UTF8.self)),
            Array(body.dropLast())
        )
    }

    @Test("a body that stops is 408 although nothing more arrives, and nothing is stored")
    func silent() async throws {
        let configuration = Self.configuration {
            $0.bodySilenceMax = .milliseconds(200)
            // No other limit ends it in time.
            $0.bodyTimeout = .seconds(3600)
            $0.bodyBytesPerSecondMin = 0
        }
        try await Door.with(configuration: configuration) { door in
            let (head, body) = Self.unfinished(4_000)
            let answer = try await RawConnection.exchange(port: door.port, Array(head.utf8) + body)
            #expect(answer.hasPrefix("HTTP/1.1 408 ") && answer.contains("BODY_TOO_SLOW"))
            #expect(answer.contains("connection: close"))
            #expect(try await door.storedCount() == 0)
        }
    }

    @Test("a body that drips without ever pausing is 408", arguments: [true, false])
    func drips(byTotal: Bool) async throws {
        let configuration = Self.configuration {
            $0.bodySilenceMax = byTotal ? .seconds(5) : .milliseconds(300)
            $0.bodyTimeout = byTotal ? .milliseconds(600) : .seconds(60)
            $0.bodyBytesPerSecondMin = byTotal ? 0 : 100_000
        }
        try await Door.with(configuration: configuration) { door in
            let connection = try RawConnection(port: door.port)
            try await connection.send(Self.unfinished(4_000).head)
            let answer = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        try await connection.send([65])
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                }
                let answer = try await connection.read(until: "BODY_TOO_SLOW")
                group.cancelAll()
                return answer
            }
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test(
        "headers that are refused are answered before any of the body has come",
        arguments: [
            "/webhooks/cosmo/transaction", "/webhooks/cosmo/program-connection",
        ])
    func refusedByHeaders(path: String) async throws {
        try await Door.with { (door: Door) async throws in
            for lines in [
                "", "x-signature: \(String(repeating: "0", count: 64))\r\n", "x-timestamp: \(Door.now)\r\n",
                "x-timestamp: 12\r\nx-signature: \(String(repeating: "0", count: 64))\r\n",
            ] {
                let connection = try RawConnection(port: door.port)
                try await connection.send("POST \(path) HTTP/1.1\r\nhost: x\r\n\(lines)content-length: 4000\r\n\r\n")
                #expect(try await connection.read(until: "DELIVERY_REFUSED").hasPrefix("HTTP/1.1 401 "))
            }
        }
    }

    @Test("when the budget of bodies is used up, the one that dawdles longest gives way to one that does not")
    func budget() async throws {
        let bodies = BodyBudget(bytesMax: 10_000)
        try await Door.with(configuration: Self.configuration(bodies: bodies)) { door in
            let slow = try RawConnection(port: door.port)
            let (head, body) = Self.unfinished(8_000)
            try await slow.send(Array(head.utf8) + body)
            while bodies.bytesHeld < 7_999 { await Task.yield() }
            #expect(try await door.deliver([UInt8](repeating: 66, count: 5_000)).status == 200)
            let answer = try await slow.read()
            #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("TOO_MANY_BODIES"))
            #expect(answer.contains("Retry-After: 1") || answer.contains("retry-after: 1"))
            #expect(bodies.bytesHeld == 0)
            #expect(try await door.storedCount() == 1)
        }
    }

    @Test("a client that hangs up in the middle of a body leaves nothing behind", arguments: [true, false])
    func hangsUp(resets: Bool) async throws {
        let bodies = BodyBudget(bytesMax: 10_000)
        try await Door.with(configuration: Self.configuration(bodies: bodies)) { door in
            let connection = try RawConnection(port: door.port)
            let (head, body) = Self.unfinished(8_000)
            try await connection.send(Array(head.utf8) + body)
            while bodies.bytesHeld < 7_999 { await Task.yield() }
            if resets { connection.reset() } else { connection.endInput() }
            while bodies.bytesHeld > 0 { await Task.yield() }
            #expect(try await door.storedCount() == 0)
        }
    }

    @Test("a client that never reads its answers is given few, and is closed")
    func unread() async throws {
        let pages = Mutex(0)
        let page = String(repeating: "a", count: 100_000)
        let metrics: @Sendable () -> String = {
            pages.withLock { $0 += 1 }
            return page
        }
        try await Door.with(
            configuration: Self.configuration { $0.answerTimeout = .milliseconds(500) }, metricsPage: metrics
        ) { door in
            let connection = try RawConnection(port: door.port, receiveBytes: 4_096)
            let request = Array(RequestFormTests.get(target: "/metrics").utf8)
            try await connection.send(Array(repeatElement(request, count: 300).joined()))
            #expect(try await connection.closedByPeer(), "the connection is still open")
            #expect(pages.withLock { $0 } < 20, "\(pages.withLock { $0 }) answers of 100 kB were made for nobody")
            #expect(try await door.page("/healthz").status == 200)
        }
    }
}
