import Inbox
import OutgoingHTTP
import PostgreSQL
import TestSupport
import Testing
import WebhookHTTP

/// Deliveries over a real socket: what is believed is stored before the answer, and nothing else is.
@Suite struct WebhookDeliveryTests {
    static let body = Array(
        #"{ "sourceUserId": "u-77", "type": "LINKED", "destinationAccount": { "e": "zoë@example.org" } }"#.utf8)

    @Test("a believed delivery is on disk when it is answered, byte for byte, and a repeat is one row")
    func stored() async throws {
        try await Door.with { (door: Door) async throws in
            let first = try await door.deliver(Self.body)
            #expect(first.status == 200 && first.body == #"{"status":"stored"}"#)
            let second = try await door.deliver(Self.body)
            #expect(second.status == 200 && second.body == #"{"status":"repeated"}"#)
            let other = try await door.deliver(Self.body, path: "/webhooks/cosmo/transaction")
            #expect(other.body == #"{"status":"stored"}"#)
            let row = try #require(
                try await door.pool.query("select * from inbox where kind = 'program-connection'").first)
            #expect(try row.get("body", as: [UInt8].self) == Self.body)
            #expect(try row.get("stamp", as: String.self) == "\(Door.now)")
            #expect(try row.get("authentication", as: String.self) == "demo")
            #expect(try await door.storedCount() == 2)
        }
    }

    /// One way to spoil a delivery.
    struct Spoiled: Sendable, CustomTestStringConvertible {
        let name: String
        let send: @Sendable (Door) async throws -> (status: Int, body: String)
        var testDescription: String { name }
    }

    static let spoiled: [Spoiled] = [
        Spoiled(name: "stale timestamp") { try await $0.deliver(body, timestamp: "\(Door.now - 301)") },
        Spoiled(name: "future timestamp") { try await $0.deliver(body, timestamp: "\(Door.now + 301)") },
        Spoiled(name: "timestamp of letters") { try await $0.deliver(body, timestamp: "soon") },
        Spoiled(name: "no timestamp") { try await $0.deliver(body, timestamp: nil) },
        Spoiled(name: "no signature") { try await $0.deliver(body, signature: .some(nil)) },
        Spoiled(name: "empty signature") { try await $0.deliver(body, signature: "") },
        Spoiled(name: "upper-case signature") {
            try await $0.deliver(body, signature: Door.sign(body, "\(Door.now)").uppercased())
        },
        Spoiled(name: "truncated signature") {
            try await $0.deliver(body, signature: String(Door.sign(body, "\(Door.now)").dropLast()))
        },
        Spoiled(name: "signature of another time") {
            try await $0.deliver(body, timestamp: "\(Door.now)", signedAt: "\(Door.now + 1)")
        },
        Spoiled(name: "one bit of the body changed") { (door: Door) async throws in
            var changed = body
            changed[10] ^= 1
            return try await door.deliver(changed, signature: Door.sign(body, "\(Door.now)"))
        },
        Spoiled(name: "a byte added to the body") {
            try await $0.deliver(body + [32], signature: Door.sign(body, "\(Door.now)"))
        },
    ]

    @Test("a delivery that is not believed is 401 and stores nothing", arguments: spoiled)
    func refused(spoiled: Spoiled) async throws {
        try await Door.with { (door: Door) async throws in
            let answer = try await spoiled.send(door)
            #expect(answer.status == 401 && answer.body == #"{"reason":"DELIVERY_REFUSED","outcome":"not_applied"}"#)
            #expect(try await door.storedCount() == 0)
        }
    }

    @Test("a signature sent twice, once rightly, is refused")
    func doubledHeader() async throws {
        try await Door.with { (door: Door) async throws in
            var request = HTTPCall(url: door.base + "/webhooks/cosmo/transaction")
            request.method = .post
            request.headers.add(name: "x-timestamp", value: "\(Door.now)")
            for _ in 0..<2 {
                request.headers.add(name: "x-signature", value: Door.sign(Self.body, "\(Door.now)"))
            }
            request.body = Self.body
            #expect(try await door.send(request).status == 401)
            #expect(try await door.storedCount() == 0)
        }
    }

    @Test("a body at the limit is taken, one byte more is 413, declared or streamed", arguments: [true, false])
    func limit(isDeclared: Bool) async throws {
        try await Door.with { (door: Door) async throws in
            for (size, status) in [(4_096, 200), (4_097, 413), (1_000_000, 413)] {
                let body = [UInt8](repeating: 65, count: size)
                let path = "/webhooks/cosmo/transaction"
                if isDeclared {
                    #expect(try await door.deliver(body, path: path).status == status, "\(size) bytes")
                } else {
                    let head = """
                        POST \(path) HTTP/1.1\r
                        host: x\r
                        connection: close\r
                        x-timestamp: \(Door.now)\r
                        x-signature: \(Door.sign(body, "\(Door.now)"))\r
                        transfer-encoding: chunked\r
                        \r
                        \(String(size, radix: 16))\r

                        """
                    let answer = try await RawConnection.exchange(
                        port: door.port, Array(head.utf8) + body + Array("\r\n0\r\n\r\n".utf8))
                    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(size) bytes")
                }
            }
            #expect(try await door.storedCount() == 1)
        }
    }

    @Test("an empty body is a delivery like any other")
    func emptyBody() async throws {
        try await Door.with { (door: Door) async throws in
            #expect(try await door.deliver([]).status == 200)
        }
    }

    @Test("two hundred deliveries at once are each on disk when answered")
    func manyAtOnce() async throws {
        try await Door.with { (door: Door) async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<200 {
                    group.addTask { try await door.deliver(Array("{\"n\":\(index)}".utf8)).status }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(try await door.storedCount() == 200)
        }
    }

    @Test("when the store fails the answer is 503, so that the sender sends again")
    func storeFails() async throws {
        try await Door.with { (door: Door) async throws in
            _ = try await door.pool.query("alter table inbox rename to inbox_away")
            #expect(try await door.deliver(Self.body).status == 503)
            _ = try await door.pool.query("alter table inbox_away rename to inbox")
            #expect(try await door.deliver(Self.body).status == 200)
        }
    }
}
