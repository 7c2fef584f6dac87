import Logging
import Synchronization
import Testing
import WebhookHTTP

@Suite("What the log says of a refused delivery")
struct RefusalLogTests {
    @Test("its kind, its reason, its size and where it came from, and nothing of its body")
    func refusal() async throws {
        let log = Lines()
        let logger = Logger(label: "test") { _ in LineHandler(lines: log) }
        try await Door.with(logger: logger) { door in
            let answer = try await door.deliver(
                Array("a secret body".utf8), signature: String(repeating: "0", count: 64))
            #expect(answer.status == 401)
        }
        let refused = log.all.filter { $0.contains("a webhook delivery was refused") }
        #expect(refused.count == 1)
        let line = try #require(refused.first)
        #expect(
            line.contains("peer=127.0.0.1") && line.contains("reason=WEBHOOK_SIGNATURE_MISMATCH")
                && line.contains("body_bytes=13"))
        #expect(!line.contains("secret"))
    }
}

/// Lines that were logged, in order.
private final class Lines: Sendable {
    private let state = Mutex<[String]>([])

    var all: [String] { state.withLock { $0 } }

    func add(_ line: String) { state.withLock { $0.append(line) } }
}

private struct LineHandler: LogHandler {
    let lines: Lines
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        lines.add("\(event.message) \(facts)")
    }
}
