import Logging
import PostgreSQL
import Synchronization
import WebhookHTTP

/// Whether the service can do its work: what `/readyz` says, and gRPC health.
///
/// **Guarantees** Not ready before the schema was found to be the one this build knows, while the database does not
/// answer or takes no writes, while it drains, and after a sample of the books did not hold, when samples are taken.
/// Says so within a few seconds, also of a database that hangs.
final class ServiceReadiness: Sendable {
    enum Phase: String, Sendable {
        case starting
        case running
        case draining
    }

    private let pool: PostgresPool
    private let books: BooksSample
    private let phase = Mutex(Phase.starting)

    init(pool: PostgresPool, books: BooksSample) {
        self.pool = pool
        self.books = books
    }

    func enter(_ next: Phase) { phase.withLock { $0 = next } }

    /// Why the service is not ready; nil when it is.
    func obstacle() async -> String? {
        switch phase.withLock({ $0 }) {
        case .starting: return "starting"
        case .draining: return "draining"
        case .running: break
        }
        do {
            try await pool.ping()
            return books.obstacle
        } catch let error as PostgresError where error.saysServerOnlyReads {
            return "the database takes no writes: it is a standby, or set to read only"
        } catch let error as PostgresError {
            return "the database does not answer (\(error.reason))"
        } catch {
            return "the database cannot be asked: \(error)"
        }
    }

    func page() async -> OperationalPages.Page {
        guard let obstacle = await obstacle() else { return .init(status: 200, body: "ready\n") }
        return .init(status: 503, body: obstacle + "\n")
    }
}
