import Cards
import Cosmo
import Deliveries
import Foundation
import Logging
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Synchronization

@testable import Preferences

/// A room over a database of its own, with a clock that the test moves.
struct TestRoom: Sendable {
    let pool: PostgresPool
    let connectionString: String
    let clock = TestClock()
    let context: PreferencesContext
    let usable = Recorder<String>()
    let waits = Recorder<String>()
    let held = Recorder<Int64>()
    let released = Recorder<Int64>()

    static let logger = Logger(label: "test")

    private init(pool: PostgresPool, connectionString: String) {
        self.pool = pool
        self.connectionString = connectionString
        let effects = RecordedEffects(usable: usable, waits: waits, held: held, released: released)
        context = PreferencesContext(
            pool: pool,
            programs: ProgramFacts(
                isKnown: { $0.hasPrefix("prg_") },
                requiredFields: { programID in
                    switch programID {
                    case "prg_stars": []
                    case "prg_mail": ["destinationUserEmail", "destinationUserId"]
                    case let id where id.hasPrefix("prg_"): ["destinationUserId"]
                    default: nil
                    }
                }, paysIntoWallet: { $0 == "prg_stars" }),
            positions: effects, deliveries: effects,
            retryRule: RetryRule(window: .seconds(60), heldWait: .seconds(3_600)),
            now: { [clock] in clock.now })
    }

    static func with<T: Sendable>(_ body: @Sendable (TestRoom) async throws -> T) async throws -> T {
        try await TestDatabase.withDatabase { pool, connectionString in
            try await body(TestRoom(pool: pool, connectionString: connectionString))
        }
    }

    func register(_ cardID: String, source: String? = nil) async throws -> CardRecord {
        try await RegisterCard(context: context)(
            RegisterCard.Request(
                cardID: cardID, userID: "user-\(cardID)", currencyCode: "USD", sourceUserID: source)
        ).card
    }

    /// Applies a delivery as the worker would, in a transaction of its own.
    @discardableResult
    func deliver(_ delivery: Delivery, inboxID: Int64) async throws -> DeliveryVerdict {
        let apply = ApplyConnectionEvent(
            context: context,
            paths: ConnectionEventPayload.Paths(parts: WebhookPayloadPath("allocation.parts")))
        // The worker puts a delivery off whose card is busy; here it is tried again until it is not.
        return try await pool.withLine("delivery:\(inboxID)") {
            try await pool.withTransaction { connection in
                try await apply.apply(
                    DueDelivery(inboxID: inboxID, stamp: delivery.stamp, body: Array(delivery.body.utf8)),
                    on: connection)
            }
        }
    }

    func current(_ cardID: String) async throws -> PreferencesSnapshot {
        guard let snapshot = try await pool.first(PreferenceVersionStore.current(cardID: cardID)) else {
            throw PreferencesError.unknownCard
        }
        return snapshot
    }

    /// What the card's links come to, without versions, times and numbers of rows.
    func shape(_ cardID: String) async throws -> [String] {
        let rows = try await pool.withConnection { connection in
            try await connection.pipeline(LinkStore.rows(ofCard: cardID))
        }
        let current = try await current(cardID).links.map { "\($0.programID)=\($0.parts)" }
        return rows.values.sorted { $0.programID < $1.programID }.map { row in
            let account = row.account.fields.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
            return
                "\(row.programID) \(row.status) \(account) \(row.eventParts ?? 0) \(row.heldReason?.rawValue ?? "-") "
                + "\(row.decidingStampMicros)"
        } + current
    }
}

/// One Program Connection delivery.
struct Delivery: Sendable, Hashable {
    var source = "u-1"
    var program = "prg_a"
    var type = "LINKED"
    var account = "M-1"
    var parts: Int?
    var second: Int64
    /// Spaces after the body: the same event in other bytes.
    var spaces = 0

    var stamp: String { String(second) }
    var body: String {
        let allocation = parts.map { ",\"allocation\":{\"parts\":\($0)}" } ?? ""
        return """
            {"sourceUserId":"\(source)","destinationProgramId":"\(program)","type":"\(type)",\
            "destinationAccount":{"destinationUserId":"\(account)"}\(allocation)}\
            \(String(repeating: " ", count: spaces))
            """
    }
}

/// A clock that the test moves.
final class TestClock: Sendable {
    private let micros = Mutex<Int64>(1_760_000_000_000_000)

    var now: PostgresTimestamp { PostgresTimestamp(microsecondsSinceEpoch: micros.withLock { $0 }) }

    var second: Int64 { now.microsecondsSinceEpoch / 1_000_000 }

    func advance(seconds: Int64) { micros.withLock { $0 += seconds * 1_000_000 } }
}

/// What happened, in order.
final class Recorder<T: Sendable>: Sendable {
    private let items = Mutex<[T]>([])

    func add(_ item: T) { items.withLock { $0.append(item) } }
    var all: [T] { items.withLock { $0 } }
}
