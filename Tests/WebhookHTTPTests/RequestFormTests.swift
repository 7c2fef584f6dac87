import Foundation
import TestSupport
import Testing
import WebhookHTTP

/// Each form of RFC 9110 and RFC 9112 over a raw socket, as the table in docs/transport.md has them.
@Suite struct RequestFormTests {
    /// One form of request, and what must come back.
    struct Form: Sendable, CustomTestStringConvertible {
        let name: String
        let request: [UInt8]
        let status: Int
        /// What else the answer must hold.
        let holds: [String]
        var testDescription: String { name }

        init(_ name: String, _ request: String, _ status: Int, holds: [String] = []) {
            self.init(name, bytes: Array(request.utf8), status, holds: holds)
        }

        init(_ name: String, bytes: [UInt8], _ status: Int, holds: [String] = []) {
            self.name = name
            request = bytes
            self.status = status
            self.holds = holds
        }
    }

    /// A GET of a page with more lines in its head.
    static func get(_ lines: String = "", target: String = "/healthz", version: String = "HTTP/1.1") -> String {
        "GET \(target) \(version)\r\nhost: x\r\n\(lines)\r\n"
    }

    /// A POST of a delivery that is signed rightly.
    static func post(_ lines: String, _ wire: String = "{}", signs body: String = "{}") -> String {
        "POST /webhooks/cosmo/transaction HTTP/1.1\r\nhost: x\r\nx-timestamp: \(Door.now)\r\n"
            + "x-signature: \(Door.sign(Array(body.utf8), "\(Door.now)"))\r\n\(lines)\r\n\(wire)"
    }

    static let methods = [
        Form("GET", get(), 200, holds: ["\r\n\r\nok\n", "date: ", "content-length: 3"]),
        Form(
            "HEAD has the length and no body", "HEAD /healthz HTTP/1.1\r\nhost: x\r\n\r\n", 200,
            holds: ["content-length: 3"]),
        Form("HEAD of nothing", "HEAD /nothing HTTP/1.1\r\nhost: x\r\n\r\n", 404),
        Form("HEAD where only POST is", "HEAD /oauth/token HTTP/1.1\r\nhost: x\r\n\r\n", 405, holds: ["allow: POST"]),
        Form("OPTIONS", "OPTIONS /healthz HTTP/1.1\r\nhost: x\r\n\r\n", 405, holds: ["allow: GET, HEAD"]),
        Form("OPTIONS of the server", "OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", 404),
        Form("TRACE", "TRACE /healthz HTTP/1.1\r\nhost: x\r\n\r\n", 405, holds: ["METHOD_NOT_ALLOWED"]),
        Form("PATCH", "PATCH /healthz HTTP/1.1\r\nhost: x\r\n\r\n", 405),
        Form(
            "CONNECT", "CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n", 501,
            holds: ["METHOD_UNKNOWN", "connection: close"]),
        Form("an unknown method", "FETCH /healthz HTTP/1.1\r\nhost: x\r\n\r\n", 501),
        Form("a method in lower case", "get /healthz HTTP/1.1\r\nhost: x\r\n\r\n", 501),
    ]

    static let targets = [
        Form("the absolute form", get(target: "http://elsewhere:8080/healthz"), 200),
        Form("the absolute form without a path", get(target: "https://elsewhere?x"), 404),
        Form("the absolute form with user information", get(target: "http://a@b/healthz"), 400),
        Form("the asterisk of GET", get(target: "*"), 400),
        Form("a target without a slash", get(target: "healthz"), 400),
        Form("a fragment", get(target: "/healthz#x"), 400),
        Form("an encoded slash", get(target: "/webhooks%2Fcosmo"), 404),
        Form("an encoded letter is another path", get(target: "/%68ealthz"), 404),
        Form("an encoded NUL", get(target: "/healthz%00"), 404),
        Form("a percent sign that begins no byte", get(target: "/%zz"), 404),
        Form("two slashes", get(target: "//healthz"), 404),
        Form("path parameters", get(target: "/healthz;v=1"), 404),
        Form("dots", get(target: "/x/../healthz"), 404),
        Form("a query", get(target: "/healthz?probe=%zz"), 200),
        Form("a blank in the target", get(target: "/healthz x"), 400),
        Form("a byte beyond ASCII in the target", get(target: "/h\u{e9}"), 400),
        Form("NUL in the target", get(target: "/\0"), 400),
        Form("a target beyond ours", get(target: "/" + String(repeating: "a", count: 2_000)), 414),
        Form(
            "a request line without end", "GET /" + String(repeating: "a", count: 20_000), 414,
            holds: ["connection: close"]),
    ]

    static let versions = [
        Form("HTTP/1.0 without a host", "GET /healthz HTTP/1.0\r\n\r\n", 200, holds: ["connection: close"]),
        Form(
            "HTTP/1.0 that keeps the connection", "GET /healthz HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n", 200,
            holds: ["connection: keep-alive"]),
        Form("HTTP/1.1 that closes", get("connection: Close\r\n"), 200, holds: ["connection: close"]),
        Form("a later minor version", get(version: "HTTP/1.7"), 200),
        Form("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, holds: ["connection: close"]),
        Form("HTTP/3", get(version: "HTTP/3.0"), 505),
        Form("HTTP/0.9", "GET /healthz\r\n\r\n", 400),
        Form("a version in lower case", get(version: "http/1.1"), 400),
        Form("a version of two digits", get(version: "HTTP/1.10"), 400),
        Form(
            "an upgrade to HTTP/2 is passed over",
            get("connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"), 200),
        Form(
            "TLS on a plain port", bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00], 400,
            holds: ["connection: close"]),
        Form("empty lines first", "\r\n\r\n" + get(), 200),
        Form("empty lines without end", String(repeating: "\r\n", count: 100), 400),
    ]

    static let fields = [
        Form("no host", "GET /healthz HTTP/1.1\r\n\r\n", 400, holds: ["HOST_MISSING"]),
        Form("two hosts", get("Host: x\r\n"), 400),
        Form("a host with a slash", "GET /healthz HTTP/1.1\r\nhost: x/y\r\n\r\n", 400),
        Form("a folded line", get("a: b\r\n c\r\n"), 400, holds: ["connection: close"]),
        Form("a folded first line", "GET /healthz HTTP/1.1\r\n host: x\r\n\r\n", 400),
        Form("a blank before the colon", get("a : b\r\n"), 400),
        Form("no colon", get("abc\r\n"), 400),
        Form("no name", get(": b\r\n"), 400),
        Form("NUL in a value", get("a: b\0c\r\n"), 400),
        Form("a carriage return in a value", get("a: b\rc\r\n"), 400),
        Form("lines that end in LF alone", "GET /healthz HTTP/1.1\nhost: x\n\n", 400),
        Form(
            "bytes that are no UTF-8",
            bytes: Array("GET /healthz HTTP/1.1\r\nhost: x\r\na: ".utf8) + [0xE9, 0xFF]
                + Array("\r\n\r\n".utf8), 200),
        Form("fields beyond the limit", get("a: " + String(repeating: "b", count: 20_000) + "\r\n"), 431),
        Form("too many fields", get(String(repeating: "a: b\r\n", count: 200)), 431),
        Form("a range is passed over", get("range: bytes=0-0\r\n"), 200, holds: ["\r\n\r\nok\n"]),
        Form(
            "conditions are passed over",
            get("if-none-match: *\r\nif-modified-since: Sun, 06 Nov 2044 08:49:37 GMT\r\n"), 200),
        Form("nothing personal is kept by caches", get(target: "/metrics"), 200, holds: ["cache-control: no-store"]),
    ]

    static let bodies = [
        Form("a length", post("content-length: 2\r\n"), 200, holds: ["status\":", "cache-control: no-store"]),
        Form("no body", post("", "", signs: ""), 200),
        Form("a length of zero", post("content-length: 0\r\n", "", signs: ""), 200),
        Form(
            "two equal lengths", post("content-length: 2\r\ncontent-length: 2\r\n"), 400, holds: ["connection: close"]),
        Form("two lengths that differ", post("content-length: 2\r\ncontent-length: 3\r\n"), 400),
        Form("a list of lengths", post("content-length: 2, 2\r\n"), 400),
        Form("a signed length", post("content-length: +2\r\n"), 400),
        Form("a negative length", post("content-length: -2\r\n"), 400),
        Form("a hexadecimal length", post("content-length: 0x2\r\n"), 400),
        Form("an empty length", post("content-length:\r\n"), 400),
        Form("a length beyond 64 bits", post("content-length: 99999999999999999999\r\n"), 400),
        Form(
            "a length and chunks", post("content-length: 2\r\ntransfer-encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
            400,
            holds: ["AMBIGUOUS_BODY_LENGTH", "connection: close"]),
        Form(
            "chunks", post("transfer-encoding: Chunked\r\n", "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"), 200,
            holds: ["\"status\":"]),
        Form(
            "chunks with extensions and trailers",
            post("transfer-encoding: chunked\r\n", "2;a=b;c=\"d\"\r\n{}\r\n0;e\r\nx-signature: no\r\n\r\n"), 200,
            holds: ["\"status\":"]),
        Form(
            "chunks in HTTP/1.0",
            post("transfer-encoding: chunked\r\n", "0\r\n\r\n").replacing("HTTP/1.1", with: "HTTP/1.0"), 400),
        Form(
            "a chunk size that is no number", post("transfer-encoding: chunked\r\n", "2x\r\n{}\r\n0\r\n\r\n"), 400,
            holds: ["BODY_MALFORMED", "connection: close"]),
        Form(
            "a coding with something behind it", post("transfer-encoding: chunked x\r\n", "2\r\n{}\r\n0\r\n\r\n"),
            400),
        Form("a chunk longer than its size", post("transfer-encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n"), 400),
        Form(
            "a chunk size without end", post("transfer-encoding: chunked\r\n", String(repeating: "0", count: 5_000)),
            400),
        Form("a chunk line that ends in LF alone", post("transfer-encoding: chunked\r\n", "2\n{}\r\n0\r\n\r\n"), 400),
        Form("a folded trailer", post("transfer-encoding: chunked\r\n", "2\r\n{}\r\n0\r\na: b\r\n c\r\n\r\n"), 400),
        Form("another coding", post("transfer-encoding: gzip, chunked\r\n"), 501),
        Form("a coding that is not chunked last", post("transfer-encoding: chunked, gzip\r\n"), 400),
        Form("chunked twice", post("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"), 400),
        Form("a misspelt coding", post("transfer-encoding: xchunked\r\n"), 400),
        Form(
            "a compressed body", post("content-encoding: gzip\r\ncontent-length: 2\r\n"), 415, holds: ["BODY_ENCODED"]),
        Form("the coding that changes nothing", post("content-encoding: identity\r\ncontent-length: 2\r\n"), 200),
        Form("any content type", post("content-type: text/plain; charset=latin-1\r\ncontent-length: 2\r\n"), 200),
        Form(
            "another expectation", post("expect: the-best\r\ncontent-length: 2\r\n"), 417,
            holds: ["connection: close"]),
        Form("a body nobody asked for", get("content-length: 2\r\n") + "{}", 200),
    ]

    static let groups = [
        "methods": methods, "targets": targets, "versions": versions, "fields": fields, "bodies": bodies,
    ]

    @Test(
        "each form of request is answered as docs/transport.md says",
        arguments: ["methods", "targets", "versions", "fields", "bodies"])
    func forms(group: String) async throws {
        try await Door.with { (door: Door) async throws in
            for form in try #require(Self.groups[group]) {
                let answer = try await RawConnection.exchange(port: door.port, form.request, endsInput: true)
                let lowered = answer.lowercased()
                #expect(answer.hasPrefix("HTTP/1.1 \(form.status) "), "\(form.name): \(answer.prefix(200))")
                for text in form.holds {
                    #expect(lowered.contains(text.lowercased()), "\(form.name) lacks \(text): \(answer.prefix(400))")
                }
                #expect(lowered.contains("date: ") && lowered.contains("content-length: "), "\(form.name)")
                if form.request.starts(with: "HEAD".utf8) {
                    #expect(answer.hasSuffix("\r\n\r\n"), "\(form.name) has a body")
                }
                #expect(
                    answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(form.name) has one answer: \(answer)")
            }
            #expect(try await door.page("/healthz").status == 200)
        }
    }

    @Test("a body that is expected is asked for once its headers were believed, and is taken")
    func continues() async throws {
        try await Door.with { (door: Door) async throws in
            let connection = try RawConnection(port: door.port)
            try await connection.send(Self.post("content-length: 2\r\nexpect: 100-Continue\r\n", ""))
            let interim = try await connection.read(until: "\r\n\r\n")
            #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
            try await connection.send("{}")
            #expect(try await connection.read(until: "stored").hasPrefix("HTTP/1.1 200 "))
            #expect(try await door.storedCount() == 1)
        }
    }

    @Test("a body whose headers are refused is not asked for, and the connection is closed")
    func doesNotContinue() async throws {
        try await Door.with { (door: Door) async throws in
            let request =
                "POST /webhooks/cosmo/transaction HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\nexpect: "
                + "100-continue\r\n\r\n"
            let answer = try await RawConnection.exchange(port: door.port, request)
            #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains("connection: close"))
            #expect(answer.lowercased().contains("www-authenticate: "))
        }
    }

    @Test("requests in one packet are answered in their order, and what follows one that is malformed is not a request")
    func pipelined() async throws {
        try await Door.with { (door: Door) async throws in
            let three = Self.get() + Self.get(target: "/nothing") + Self.post("content-length: 2\r\n")
            let answers = try await RawConnection.exchange(port: door.port, three, endsInput: true)
            #expect(
                answers.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) } == ["200", "404", "200"])
            let smuggled =
                Self.post("content-length: 2\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n")
                + Self.get(target: "/metrics")
            let refused = try await RawConnection.exchange(port: door.port, smuggled)
            #expect(refused.hasPrefix("HTTP/1.1 400 ") && !refused.contains("up 1"))
        }
    }

    @Test("a refused delivery with a small body leaves the connection usable")
    func refusedAndKept() async throws {
        try await Door.with { (door: Door) async throws in
            let refused = "POST /webhooks/cosmo/transaction HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nGET "
            let answers = try await RawConnection.exchange(port: door.port, refused + Self.get(), endsInput: true)
            #expect(answers.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) } == ["401", "200"])
        }
    }
}
