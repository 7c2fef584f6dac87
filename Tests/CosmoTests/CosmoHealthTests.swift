import Logging
import Synchronization
import Testing

@testable import Cosmo

@Suite("Whether Cosmo can be used")
struct CosmoHealthTests {
    /// Keeps what is logged, with its level.
    private final class Log: LogHandler {
        let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .trace }
            set {}
        }
        subscript(metadataKey _: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }

        func log(event: LogEvent) {
            let reason = event.metadata?["reason"].map { " \($0)" } ?? ""
            lines.withLock { $0.append("\(event.level)\(reason)") }
        }
    }

    private let log = Log()
    private let health: CosmoHealth

    init() {
        let log = log
        health = CosmoHealth(logger: Logger(label: "test", factory: { _ in log }))
    }

    @Test("an outage is logged once for each cause, even if the causes alternate, and once when it ends")
    func once() {
        for _ in 0..<5 {
            health.note(.issuance, CosmoError(call: .issuance, kind: .notSent, reason: .connectionFailed))
            #expect(health.outage?.reason == .connectionFailed)
            health.note(.issuance, status: 503)
            #expect(health.outage?.reason == .serverError)
        }
        for _ in 0..<5 { health.note(.issuance, status: 422) }
        #expect(health.outage == nil)
        #expect(
            log.lines.withLock { $0 } == [
                "warning COSMO_CONNECTION_FAILED", "warning COSMO_SERVER_ERROR", "notice",
            ])
    }

    @Test("a wrong secret stays the cause while other calls cannot even be made, and ends with a token")
    func wrongSecret() {
        for _ in 0..<3 { health.note(.token, status: 401) }
        #expect(health.outage?.reason == .credentialsRefused)
        #expect(CosmoError(call: .issuance, kind: .notSent, reason: .credentialsRefused).isPassing == false)
        health.note(.token, status: 200)
        #expect(health.outage == nil)
        #expect(log.lines.withLock { $0 } == ["warning COSMO_CREDENTIALS_REFUSED", "notice"])
    }

    @Test("a caller who went away says nothing of Cosmo")
    func cancelled() {
        health.note(.issuance, CosmoError(call: .issuance, kind: .unknown, reason: .cancelled))
        #expect(health.outage == nil)
        #expect(log.lines.withLock { $0.isEmpty })
    }
}
