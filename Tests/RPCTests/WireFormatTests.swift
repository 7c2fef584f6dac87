import SwiftProtobuf
import Testing

@testable import RPC

@Suite("What travels in headers")
struct WireFormatTests {
    private func parse(_ text: String) -> Duration? {
        Array(text.utf8).withUnsafeBufferPointer { RPCTimeout.parse($0) }
    }

    @Test(
        "a timeout is digits and a unit",
        arguments: [
            ("1H", Duration.seconds(3600)), ("2M", .seconds(120)), ("3S", .seconds(3)), ("4m", .milliseconds(4)),
            ("5u", .microseconds(5)), ("6n", .nanoseconds(6)), ("99999999H", .seconds(99_999_999 * 3600)),
            ("0n", .zero),
        ])
    func timeout(text: String, duration: Duration) {
        #expect(parse(text) == duration)
    }

    @Test("a malformed timeout is refused", arguments: ["", "1", "S", "-1S", "1.5S", "123456789S", "1s", "1 S", "S1"])
    func badTimeout(text: String) {
        #expect(parse(text) == nil)
    }

    @Test("a timeout that was written is read back, never shorter, at most a unit longer", arguments: UInt64(1)...50)
    func timeoutRoundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scales: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000, 1_000_000_000_000_000]
        let scale = scales.randomElement(using: &random) ?? 1
        let duration = Duration.nanoseconds(Int64.random(in: 0...9_000, using: &random) * scale)
        let text = RPCTimeout.format(duration)
        let back = try #require(parse(text), "seed \(seed): \(text)")
        #expect(back >= duration, "seed \(seed): \(text)")
        #expect(back <= duration + .seconds(3600) && back <= duration * 2 + .nanoseconds(1), "seed \(seed): \(text)")
    }

    @Test(
        "a message survives percent-encoding",
        arguments: ["", "plain", "50% off", "Grüße, 世界 🎁", "line\nline\r\t", "%41", "%", "%zz", "\u{0}\u{7f}"])
    func percentEncoding(text: String) {
        let encoded = PercentEncoding.encode(text)
        #expect(encoded.allSatisfy { (0x20...0x7e).contains($0) })
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test("a message that was not encoded rightly is kept", arguments: ["%", "%4", "%zz", "100%"])
    func lenientDecoding(text: String) {
        #expect(PercentEncoding.decode(text.utf8) == text)
    }

    @Test("metadata keeps several values of a name, in order, texts and bytes")
    func metadata() {
        var metadata: Metadata = ["b": "1", "a": "2"]
        metadata.add("B", "3")
        metadata.add("key-bin", binary: [0, 255, 3])
        metadata.add("key-bin", binary: [])
        #expect(metadata.values("b") == ["1", "3"])
        #expect(metadata["a"] == "2" && metadata["c"] == nil)
        #expect(metadata.binaryValues("key-bin").first == [0, 255, 3])
        metadata["b"] = "4"
        #expect(metadata.values("b") == ["4"])
        metadata.remove("key-bin")
        #expect(metadata.fields.map(\.name) == ["a", "b"])
        metadata.add("x", "line\nbreak: é")
        #expect(metadata["x"] == "line?break: ??")
    }

    @Test("comma-joined byte values are split, filled up or not")
    func joinedBinary() {
        var metadata = Metadata()
        metadata.add("key-bin", "AAE,AAE=,!!")
        #expect(metadata.binaryValues("key-bin") == [[0, 1], [0, 1]])
    }

    @Test("an error comes back from its trailers with its reason")
    func errorRoundTrip() throws {
        let error = RPCError(
            .failedPrecondition, "the card has 100% no link: größer", reason: "NO_LINK", domain: "multibrand",
            facts: ["outcome": "not_applied"])
        var trailers = Metadata()
        var status: [UInt8] = []
        var message: [UInt8] = []
        for field in error.trailers {
            switch field.name {
            case "grpc-status": status = field.value
            case "grpc-message": message = field.value
            default: trailers.add(field.name, String(decoding: field.value, as: UTF8.self))
            }
        }
        let back = try #require(RPCError(statusValue: status, message: message, trailers: trailers))
        #expect(back.code == error.code && back.message == error.message)
        #expect(back.errorInfo?.reason == "NO_LINK" && back.errorInfo?.metadata["outcome"] == "not_applied")
        #expect(RPCError(statusValue: Array("0".utf8), message: [], trailers: [:]) == nil)
        #expect(RPCError(statusValue: Array("99".utf8), message: [], trailers: [:])?.code == .unknown)
    }

    @Test(
        "a content type is gRPC's, or it is not",
        arguments: [
            ("application/grpc", ContentType.proto), ("application/grpc+proto", .proto),
            ("application/grpc;charset=utf-8", .proto), ("application/grpc+proto;x=y", .proto),
            ("application/grpc+json", .otherCodec), ("application/grpc-web", .foreign), ("application/json", .foreign),
            ("", .foreign), ("application/grp", .foreign),
        ])
    func contentType(text: String, type: ContentType) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { ContentType($0) } == type)
    }

    @Test("every method is found by its path, and nothing else is")
    func paths() {
        var router = RPCRouter()
        for number in 0..<100 { router.unary("/s.S/M\(number)") { (request: Text, _) -> Text in request } }
        let table = PathTable(router.methods)
        func find(_ path: String) -> String? {
            Array(path.utf8).withUnsafeBufferPointer { table.method(at: $0)?.path }
        }
        for path in router.paths { #expect(find(path) == path) }
        for path in ["", "/", "/s.S/M", "/s.S/M100", "/s.S/m1", "/s.S/M1 "] { #expect(find(path) == nil) }
    }
}
