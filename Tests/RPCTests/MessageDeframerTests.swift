import SwiftProtobuf
import Testing

@testable import RPC

@Suite("Framing of messages")
struct MessageDeframerTests {
    private func cut(_ bytes: [UInt8], at cuts: [Int], limit: Int = 1000) throws -> (messages: [[UInt8]], inside: Bool)
    {
        var deframer = MessageDeframer(messageBytesMax: limit)
        var messages: [[UInt8]] = []
        var start = 0
        for end in cuts + [bytes.count] {
            try Array(bytes[start..<end]).withUnsafeBufferPointer { piece throws(RPCError) in
                try deframer.append(piece) { messages.append($0) }
            }
            start = end
        }
        return (messages, deframer.isInsideMessage)
    }

    private func frame(_ payload: [UInt8]) -> [UInt8] {
        [0, 0, 0, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
    }

    @Test("messages come out whole wherever two cuts fall")
    func everyPairOfCuts() throws {
        let payloads: [[UInt8]] = [[1, 2, 3], [], Array(10..<30), [0, 0, 0, 0, 0]]
        let bytes = payloads.flatMap(frame)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let outcome = try cut(bytes, at: [first, second])
                #expect(outcome.messages == payloads, "cuts at \(first) and \(second)")
                #expect(!outcome.inside)
            }
        }
    }

    @Test("random messages cut at random come out whole", arguments: UInt64(1)...20)
    func randomCuts(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let payloads = (0..<Int.random(in: 1...20, using: &random)).map { _ in
            (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        let bytes = payloads.flatMap(frame)
        let cuts = (0..<Int.random(in: 0...50, using: &random)).map { _ in
            Int.random(in: 0...bytes.count, using: &random)
        }
        #expect(try cut(bytes, at: cuts.sorted()).messages == payloads, "seed \(seed)")
    }

    @Test("a message that is cut off is known to be unfinished, at every length")
    func cutOff() throws {
        let bytes = frame(Array(0..<20))
        for count in 1..<bytes.count {
            let outcome = try cut(Array(bytes[..<count]), at: [])
            #expect(outcome.messages.isEmpty && outcome.inside)
        }
    }

    @Test(
        "a prefix that cannot be served is refused at its fifth byte",
        arguments: [
            ([0, 0x80, 0, 0, 0], RPCStatusCode.resourceExhausted), ([0, 0xff, 0xff, 0xff, 0xff], .resourceExhausted),
            ([0, 0, 0, 3, 0xe9], .resourceExhausted), ([1, 0, 0, 0, 1], .internal), ([2, 0, 0, 0, 1], .internal),
        ])
    func badPrefix(prefix: [UInt8], code: RPCStatusCode) throws {
        let error = #expect(throws: RPCError.self) { try cut(prefix, at: []) }
        #expect(error?.code == code)
        #expect(try cut(Array(prefix.dropLast()), at: []).inside)
    }

    @Test("a message is framed in one piece, an empty one too", arguments: [0, 1, 127, 128, 70_000])
    func framing(count: Int) throws {
        let message = Google_Protobuf_BytesValue.with { $0.value = .init(repeating: 7, count: count) }
        let framed = try FramedMessage.encode(message)
        let plain: [UInt8] = try message.serializedBytes()
        #expect(try cut(framed, at: [], limit: 100_000).messages == [plain])
    }
}
