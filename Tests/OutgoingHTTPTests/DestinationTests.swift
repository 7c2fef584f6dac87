import Logging
import NIOCore
import OutgoingHTTP
import RPC
import TLS
import Testing

@Suite("Where calls go", .timeLimit(.minutes(15)))
struct DestinationTests {
    @Test("what would change the request's form is refused, and nothing is sent")
    func forms() async throws {
        let server = try ScriptedServer { _, _ in .answer(ScriptedServer.ok) }
        var calls = ["", "nonsense", "ftp://127.0.0.1/", "file:///etc/passwd", server.url + "/a b", server.url + "/ä"]
            .map { HTTPCall(url: $0) }
        for (name, value) in [("a", "b\r\nc: d"), ("a: b", "c"), ("", "c"), ("a", "b\0")] {
            var call = HTTPCall(url: server.url)
            call.headers.add(name: name, value: value)
            calls.append(call)
        }
        for method in ["", "GET /x HTTP/1.1\r\n", "G T"] {
            var call = HTTPCall(url: server.url)
            call.method = HTTPCall.Method(rawValue: method)
            calls.append(call)
        }
        for call in calls {
            let failure = await HTTPClientTests.failure(HTTPClient(), call)
            #expect(failure?.mayHaveBeenSent == false, "\(call)")
            // A word without a scheme is read as the name of a host.
            #expect(failure?.kind == .invalid || call.url == "nonsense", "\(call)")
        }
        #expect(server.arrivals.isEmpty)
    }

    @Test("a given address is connected to whatever the URL says, each time on a connection of its own")
    func address() async throws {
        let server = try ScriptedServer { _, _ in .answer(ScriptedServer.ok) }
        let client = HTTPClient()
        var call = HTTPClientTests.post("http://hooks.example.com:\(server.port)/x")
        call.address = "127.0.0.1"
        for _ in 0..<2 { #expect(try await client.send(call, within: .seconds(300)).status == 200) }
        #expect(server.arrivals.map(\.connection) == [0, 1])
        #expect(server.arrivals.allSatisfy { $0.head.contains("Host: hooks.example.com:\(server.port)") })
        // Nothing listens there; the URL's own host would have answered.
        var elsewhere = HTTPClientTests.post(server.url)
        elsewhere.address = "127.0.0.2"
        let failure = await HTTPClientTests.failure(client, elsewhere)
        #expect(failure?.kind == .connectionFailed && failure?.mayHaveBeenSent == false)
        elsewhere.address = "::ffff:127.0.0.1"
        #expect(try await client.send(elsewhere, within: .seconds(300)).status == 200)
    }

    @Test("over TLS, HTTP/2 is spoken to a server that takes nothing else, and only to one that is trusted by its name")
    func tls() async throws {
        let certificates = try TestCertificates()
        defer { certificates.remove() }
        let server = RPCServer(
            configuration: RPCServerConfiguration(
                host: "127.0.0.1", port: 0, tls: try certificates.server(protocols: ["h2"])),
            router: RPCRouter(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.listeningAddress.port ?? 0
            var trusting = HTTPClient.Configuration()
            trusting.authoritiesPath = certificates.chainPath
            let client = HTTPClient(trusting)
            var call = HTTPClientTests.post("https://localhost:\(port)/nobody/Nothing", "")
            call.headers.add(name: "content-type", value: "application/grpc")
            call.headers.add(name: "te", value: "trailers")
            for _ in 0..<3 {
                let answer = try await client.send(call, within: .seconds(300))
                #expect(answer.status == 200 && answer.headers.first(name: "grpc-status") == "12")
            }
            let unknown = await HTTPClientTests.failure(HTTPClient(), call)
            #expect(unknown?.kind == .connectionFailed && unknown?.mayHaveBeenSent == false)
            var other = HTTPClientTests.post("https://hooks.example.com:\(port)/nobody/Nothing", "")
            other.address = "127.0.0.1"
            let misnamed = await HTTPClientTests.failure(client, other)
            #expect(misnamed?.kind == .connectionFailed && misnamed?.mayHaveBeenSent == false)
            await client.shutdown()
            server.beginGracefulShutdown()
            try await group.waitForAll()
        }
    }
}
