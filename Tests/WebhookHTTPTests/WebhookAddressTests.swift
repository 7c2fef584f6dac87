import HTTPDoor
import OutgoingHTTP
import TestSupport
import Testing
import WebhookHTTP

/// Addresses and methods beside the deliveries.
@Suite struct WebhookAddressTests {
    @Test("each address answers to its methods, and everything else is 404, 405 or 414")
    func addresses() async throws {
        try await Door.with { (door: Door) async throws in
            let cases: [(String, String, Int)] = [
                ("/healthz", "GET", 200), ("/readyz", "GET", 200), ("/metrics", "GET", 200), ("/healthz", "HEAD", 200),
                ("/healthz", "POST", 405), ("/webhooks/cosmo/transaction", "GET", 405), ("/oauth/token", "GET", 405),
                ("/webhooks/cosmo/program-connection", "PUT", 405), ("/webhooks/cosmo", "POST", 404),
                ("/webhooks/cosmo/transaction/x", "POST", 404), ("/", "GET", 404), ("/.env", "GET", 404),
                ("/" + String(repeating: "a", count: 2_000), "GET", 414),
            ]
            for (path, method, status) in cases {
                var request = HTTPCall(url: door.base + path)
                request.method = HTTPCall.Method(rawValue: method)
                #expect(try await door.send(request).status == status, "\(method) \(path.prefix(40))")
            }
            #expect(try await door.storedCount() == 0)
        }
    }

    @Test("the token endpoint gets header and form as sent, and its answer is not to be kept")
    func token() async throws {
        try await Door.with { (door: Door) async throws in
            var request = HTTPCall(url: door.base + "/oauth/token")
            request.method = .post
            request.headers.add(name: "authorization", value: "Basic Y29zbW86c2VjcmV0")
            request.body = Array("grant_type=client_credentials".utf8)
            let response = try await HTTPClient.shared.send(request, within: .seconds(300))
            #expect(response.status == 200)
            #expect(response.headers.first(name: "cache-control") == "no-store")
            request.headers.replace(name: "authorization", value: "Basic eA==")
            let refused = try await HTTPClient.shared.send(request, within: .seconds(300))
            #expect(refused.status == 401)
            #expect(refused.headers.first(name: "www-authenticate") != nil)
            request.headers.replace(name: "authorization", value: "Basic Y29zbW86c2VjcmV0")
            request.body = [UInt8](repeating: 65, count: 9_000)
            #expect(try await door.send(request).status == 413)
        }
    }

    @Test("heads beyond the limit and heads that never end are cut off, and the door goes on")
    func hostileHeads() async throws {
        let configuration = WebhookServerConfiguration(
            bodyBytesMax: 4_096,
            limits: HTTPConnectionLimits(
                idleTimeout: .milliseconds(300), headTimeout: .milliseconds(300), bodyTimeout: .milliseconds(300)))
        try await Door.with(configuration: configuration) { (door: Door) async throws in
            let huge = "GET /healthz HTTP/1.1\r\nx: " + String(repeating: "a", count: 40_000) + "\r\n\r\n"
            let answered = try await RawConnection.exchange(port: door.port, huge)
            #expect(!answered.hasPrefix("HTTP/1.1 200"))
            let unfinished = try await RawConnection.exchange(port: door.port, "POST /webhooks/cosmo/transaction HT")
            #expect(unfinished.hasPrefix("HTTP/1.1 408"))
            #expect(try await RawConnection.exchange(port: door.port, "").isEmpty)
            let noBody = try await RawConnection.exchange(
                port: door.port,
                "POST /webhooks/cosmo/transaction HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc")
            #expect(!noBody.hasPrefix("HTTP/1.1 200"))
            let nonsense = try await RawConnection.exchange(port: door.port, "\u{1}\u{2}\u{3} nonsense\r\n\r\n")
            #expect(!nonsense.hasPrefix("HTTP/1.1 200"))
            #expect(try await door.deliver(Array("{}".utf8)).status == 200)
            #expect(try await door.storedCount() == 1)
        }
    }
}
