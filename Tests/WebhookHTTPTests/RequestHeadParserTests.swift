import HTTPTypes
import NIOCore
import Testing

@testable import HTTPDoor

/// The parser on its own: however its bytes come, and whatever they are.
@Suite struct RequestHeadParserTests {
    static let seeds = [
        "POST /webhooks/cosmo/transaction?a=b HTTP/1.1\r\nHost: a.example:1\r\nContent-Length: 12\r\nX-A: b, "
            + "c\r\n\r\n{}",
        "GET http://x/y HTTP/1.0\r\nconnection: keep-alive\r\n\r\n",
        "PUT /v1/members/%2F HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nexpect: 100-continue\r\n\r\n",
    ]

    /// What parsing gives, as text to compare.
    static func outcome(_ bytes: [UInt8], inPiecesOf size: Int) -> String {
        var parser = RequestHeadParser(fieldBytesMax: 400)
        var end = 0
        while true {
            end = min(end + size, bytes.count)
            do {
                if let (head, count) = try bytes[..<end].withUnsafeBytes({ try parser.parse($0) }) {
                    return "\(count) \(head.request) \(head.framing) \(head.keepsAlive) \(head.expectsContinue)"
                }
            } catch {
                return "\(error)"
            }
            if end == bytes.count { return "more" }
        }
    }

    @Test("mutated heads give the same outcome however they are cut, and never a crash")
    func mutations() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("\r\n\0 :\t,;%#chunkedHTTP/1.0129\u{7F}".utf8) + [0xFF, 0x80]
        for _ in 0..<3_000 {
            var bytes = Array(Self.seeds.randomElement(using: &generator)!.utf8)
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[at] = alphabet.randomElement(using: &generator)!
                case 1: bytes.insert(alphabet.randomElement(using: &generator)!, at: at)
                default: bytes.remove(at: at)
                }
            }
            let whole = Self.outcome(bytes, inPiecesOf: bytes.count)
            #expect(
                Self.outcome(bytes, inPiecesOf: 1) == whole,
                "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            #expect(Self.outcome(bytes, inPiecesOf: 7) == whole)
        }
    }

    @Test("a chunked body is the same however it is cut")
    func chunks() throws {
        let wire = Array("3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\na: b\r\n\r\nGET".utf8)
        for size in 1...wire.count {
            var body = ChunkedBody()
            var input = ByteBuffer()
            var taken: [UInt8] = []
            for start in stride(from: 0, to: wire.count, by: size) {
                input.writeBytes(wire[start..<min(start + size, wire.count)])
                while let piece = try body.next(from: &input) { taken += Array(piece.readableBytesView) }
            }
            #expect(String(decoding: taken, as: UTF8.self) == "abc0123456789abcdef")
            #expect(body.isComplete && String(buffer: input) == "GET")
        }
    }

    @Test("the date of an answer is RFC 9110's own example")
    func date() {
        #expect(HTTPDate.text(secondsSinceEpoch: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(secondsSinceEpoch: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test("a budget refuses the newcomer when only whole bodies are held")
    func settledBodies() {
        let budget = BodyBudget(bytesMax: 10)
        let first = budget.begin { Issue.record("a whole body gave way") }
        #expect(first.grow(by: 8))
        first.settle()
        let second = budget.begin {}
        #expect(!second.grow(by: 3) && second.grow(by: 2))
        first.release()
        #expect(second.grow(by: 8) && budget.bytesHeld == 10)
        second.release()
        #expect(budget.bytesHeld == 0)
    }
}
