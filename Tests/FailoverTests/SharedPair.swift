import Foundation
import PostgreSQL
import PostgreSQLCluster
import Synchronization

/// What the end of the process ends.
private enum Ending {
    static let pair = Mutex<(pair: ReplicatedPair, directory: String)?>(nil)
}

/// One pair for the tests that leave both servers as they found them; it ends with the process.
actor SharedPair {
    static let only = SharedPair()
    private var pair: ReplicatedPair?
    private var databases = 0

    /// Lends the pair with a database of its own; the standby goes on afterwards, whatever was done to it.
    static func withDatabase(_ body: @Sendable (ReplicatedPair) async throws -> Void) async throws {
        let pair = try await only.next()
        do {
            try await body(pair)
            pair.standby.resume()
        } catch {
            pair.standby.resume()
            throw error
        }
    }

    private func next() async throws -> ReplicatedPair {
        let first = if let pair { pair } else { try await start() }
        pair = first
        databases += 1
        let database = "multibrand_\(databases)"
        _ = try await first.primary.createDatabase(named: database)
        return ReplicatedPair(primary: first.primary, standby: first.standby, database: database)
    }

    private func start() async throws -> ReplicatedPair {
        let directory = ReplicatedPair.newDirectory()
        let pair = try await ReplicatedPair.start(directory: directory, isSynchronous: true, migrations: nil)
        Ending.pair.withLock { $0 = (pair, directory) }
        atexit {
            Ending.pair.withLock { ending in
                ending?.pair.standby.kill()
                ending?.pair.primary.kill()
                if let directory = ending?.directory { try? FileManager.default.removeItem(atPath: directory) }
            }
        }
        return pair
    }
}
