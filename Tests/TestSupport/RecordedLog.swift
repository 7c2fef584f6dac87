public import Logging
import Synchronization

/// Keeps the levels and messages of what is logged.
public struct RecordedLog: Sendable {
    private final class Lines: Sendable {
        let kept = Mutex<[String]>([])
    }

    private let lines = Lines()

    /// Makes an empty log.
    public init() {}

    /// The lines so far, each as `level message`.
    public var all: [String] { lines.kept.withLock { $0 } }

    /// A logger that writes here.
    public var logger: Logger {
        Logger(label: "test") { [lines] _ in Handler(lines: lines) }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.kept.withLock { $0.append("\(event.level) \(event.message)") } }
    }
}
