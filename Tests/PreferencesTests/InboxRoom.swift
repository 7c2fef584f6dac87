import Cosmo
import Inbox
import PostgreSQL
import Rewards

@testable import Preferences

/// A room whose deliveries go the whole way: stored raw in the inbox, and applied by its worker.
struct InboxRoom: Sendable {
    let room: TestRoom
    let inbox: Inbox
    let worker: InboxWorker
    let rebuild: RebuildPreferences

    static let paths = ConnectionEventPayload.Paths(parts: WebhookPayloadPath("allocation.parts"))

    private init(_ room: TestRoom) {
        self.room = room
        let clock = room.clock
        let inbox = Inbox(pool: room.pool, lanes: 1, now: { clock.now })
        self.inbox = inbox
        let apply = ApplyConnectionEvent(context: room.context, paths: Self.paths)
        worker = InboxWorker(
            inbox: inbox, pool: room.pool,
            handlers: [.programConnection: apply], logger: TestRoom.logger, now: { clock.now })
        rebuild = RebuildPreferences(
            context: room.context,
            lookup: DeliveryLookup(
                inboxIDs: { try await $0.all(InboxStore.ids(of: .programConnection, after: $1, limit: $2)) },
                deliveries: { connection, ids in
                    let (answers, entries) = try await connection.pipeline(
                        InboxStore().answered(among: ids), InboxStore.entries(ids))
                    let answered = Set(answers)
                    return entries.map {
                        StoredDelivery(
                            inboxID: $0.id, stamp: $0.stamp, body: $0.body, receivedAt: $0.receivedAt,
                            wasApplied: $0.wasApplied, isAnswered: answered.contains($0.id))
                    }
                }), paths: Self.paths)
    }

    /// What is recorded of operators' actions, as "action subject by client, version".
    func recorded() async throws -> [String] {
        try await room.pool.query(
            """
            select action || ' ' || subject || ' by ' || client_id || coalesce(', ' || (detail ->> 'version'), '')
            from operator_actions order by action_id
            """
        ).map { try $0.value() }
    }

    static func with<T: Sendable>(_ body: @escaping @Sendable (InboxRoom) async throws -> T) async throws -> T {
        try await TestRoom.with { room in
            let room = InboxRoom(room)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await room.inbox.run() }
                let value = try await body(room)
                group.cancelAll()
                return value
            }
        }
    }

    /// Stores a delivery and lets the worker apply it; what the inbox shows of it then.
    ///
    /// - Parameter isAnswered: whether it is known, before it is applied, that it was answered in time.
    @discardableResult
    func deliver(_ delivery: Delivery, isAnswered: Bool = false) async throws -> InboxEntry {
        let received = try await inbox.receive(
            .programConnection, stamp: delivery.stamp, body: Array(delivery.body.utf8), authentication: "test")
        if isAnswered { try await inbox.storeAnswered(received.id) }
        try await worker.applyDue()
        return try await inbox.entry(received.id)
    }

    /// It becomes known only now that a delivery was answered in time.
    func learnAnswered(_ inboxID: Int64) async throws {
        try await inbox.storeAnswered(inboxID)
        try await ReviewHeldLinks(context: room.context, logger: TestRoom.logger).reviewDue()
    }

    /// The deliveries that an operator is shown as held.
    func heldIDs() async throws -> Set<Int64> {
        Set(try await ListInbox(pool: room.pool)(status: "held", pageSize: 500).entries.map(\.id))
    }

    func link(
        _ program: String, account: String = "M-1", parts: Int? = nil, card: String = "card-1", _ request: String
    ) async throws {
        _ = try await LinkProgram(context: room.context)(
            LinkProgram.Request(
                cardID: card, programID: program, account: CosmoAccount(userID: account), parts: parts,
                requestID: request))
    }

    func delink(_ program: String, card: String = "card-1", _ request: String) async throws {
        _ = try await DelinkProgram(context: room.context)(
            DelinkProgram.Request(cardID: card, programID: program, requestID: request))
    }

    func allocate(_ shares: [(String, Int)], card: String = "card-1", _ request: String) async throws {
        _ = try await SetAllocation(context: room.context)(
            SetAllocation.Request(
                cardID: card, shares: shares.map { SetAllocation.Share(programID: $0.0, parts: $0.1) },
                requestID: request))
    }

    /// A preference of the past in words: program, account, parts; none while the card was not registered.
    func past(_ card: String, asOf: Int64? = nil, knownAt: Int64? = nil) async throws -> [String] {
        do {
            return try await GetPreferencesAsOf(context: room.context)(
                card, asOf: asOf.map(PostgresTimestamp.init(microsecondsSinceEpoch:)),
                knownAt: knownAt.map(PostgresTimestamp.init(microsecondsSinceEpoch:))
            ).links.map(Self.words)
        } catch let error as PreferencesError where error.reason == .cardNotRegistered {
            return []
        }
    }

    /// The preference in force in the same words.
    func current(_ card: String) async throws -> [String] {
        try await room.current(card).links.map(Self.words)
    }

    private static func words(_ link: PreferencesSnapshot.Link) -> String {
        "\(link.programID) \(link.account.userID ?? "") \(link.parts)"
    }
}
