import MultibrandAPI
import RPC
import SwiftProtobuf
import Testing

@testable import multibrand

@Suite("Lines in flight are settled in order, and what is temporary is sent again")
struct ImportWindowTests {
    @Test("answers settle lines in the order of the file")
    func inOrder() throws {
        var window = Self.window(["a", "b", "c"])
        #expect(Self.send(&window) == ["a", "b", "c"])
        try window.answer(.recorded("a"))
        #expect(window.settled().map(\.line.spendID) == ["a"])
        try window.answer(.recorded("b", replayed: true))
        try window.answer(.error("c", .notFound, "UNKNOWN_CARD"))
        #expect(
            window.settled().map(\.verdict) == [.repeated, .rejected(reason: "UNKNOWN_CARD", message: "words")])
        #expect(window.isEmpty && !window.isPausing)
    }

    @Test(
        "an answer that is temporary keeps its place and is sent again, and nothing behind it is settled before",
        arguments: [
            (RPCStatusCode.unavailable, "not_applied"), (.resourceExhausted, "not_applied"), (.aborted, "not_applied"),
            (.deadlineExceeded, "unknown"), (.failedPrecondition, "unknown"),
        ])
    func temporary(_ code: RPCStatusCode, _ outcome: String) throws {
        var window = Self.window(["a", "b", "c"])
        #expect(Self.send(&window) == ["a", "b", "c"])
        try window.answer(.error("a", code, "OVERLOADED", outcome: outcome))
        #expect(window.isPausing && window.nextToSend() == nil)
        try window.answer(.recorded("b"))
        #expect(window.settled().isEmpty)
        window.beginRound()
        #expect(Self.send(&window) == ["a", "c"])
        try window.answer(.recorded("a"))
        #expect(window.settled().map(\.line.spendID) == ["a", "b"])
        try window.answer(.recorded("c"))
        #expect(window.settled().map(\.line.spendID) == ["c"])
    }

    @Test("a lost connection sends everything unsettled again")
    func lost() throws {
        var window = Self.window(["a", "b", "c"])
        #expect(Self.send(&window) == ["a", "b", "c"])
        try window.answer(.recorded("a"))
        #expect(window.settled().count == 1)
        window.beginRound()
        #expect(Self.send(&window) == ["b", "c"])
    }

    @Test("a fault of the service with one line is tried a few times, then that line is rejected")
    func fault() throws {
        var window = Self.window(["a"])
        for _ in 1..<ImportWindow.faultsMax {
            window.beginRound()
            #expect(Self.send(&window) == ["a"])
            try window.answer(.error("a", .internal, "INTERNAL", outcome: "unknown"))
            #expect(window.isPausing && window.settled().isEmpty)
        }
        window.beginRound()
        #expect(Self.send(&window) == ["a"])
        try window.answer(.error("a", .internal, "INTERNAL", outcome: "unknown"))
        #expect(window.settled().map(\.verdict) == [.rejected(reason: "INTERNAL", message: "words")])
    }

    @Test("a line that is no purchase is rejected without being sent")
    func notSent() {
        var window = ImportWindow()
        window.beginRound()
        window.append(Self.line("a", problem: "BAD_RECORD"))
        #expect(window.nextToSend() == nil)
        #expect(window.settled().map(\.verdict) == [.rejected(reason: "BAD_RECORD", message: "words")])
    }

    @Test("an answer to another spend, or one too many, ends the import")
    func strangeAnswers() throws {
        var window = Self.window(["a"])
        #expect(throws: CommandFailure.self) { try window.answer(.recorded("a")) }
        #expect(Self.send(&window) == ["a"])
        #expect(throws: CommandFailure.self) { try window.answer(.recorded("b")) }
        #expect(throws: CommandFailure.self) { try window.answer(.with { $0.spendID = "a" }) }
    }

    private static func window(_ ids: [String]) -> ImportWindow {
        var window = ImportWindow()
        window.beginRound()
        for id in ids { window.append(line(id)) }
        return window
    }

    private static func line(_ id: String, problem: String? = nil) -> PurchaseFile.Line {
        let spend: Result<Multibrand_V1_Spend, PurchaseProblem> =
            problem.map { .failure(PurchaseProblem(reason: $0, message: "words")) }
            ?? .success(.with { $0.spendID = id })
        return PurchaseFile.Line(number: 1, position: .beginning, spendID: id, spend: spend)
    }

    private static func send(_ window: inout ImportWindow) -> [String] {
        var sent: [String] = []
        while let spend = window.nextToSend() { sent.append(spend.spendID) }
        return sent
    }
}

extension Multibrand_V1_RecordSpendsResponse {
    static func recorded(_ id: String, replayed: Bool = false) -> Self {
        .with {
            $0.spendID = id
            $0.recorded = .with { $0.replayed = replayed }
        }
    }

    static func error(_ id: String, _ code: RPCStatusCode, _ reason: String, outcome: String = "not_applied") -> Self {
        .with {
            $0.spendID = id
            $0.error = .with {
                $0.code = Int32(code.rawValue)
                $0.reason = reason
                $0.message = "words"
                $0.outcome = outcome
            }
        }
    }
}
