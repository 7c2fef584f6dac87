import Access
import Inbox
import OperatorRecord
import PostgreSQL
import Preferences
import Programs
import Testing
import Wiring

extension Boundary {
    /// The commits of what operators do: the effect and the record of who did it are committed together or not at all.
    static let operators: [Boundary] = [
        replayDelivery, readDelivery, resolveHeldEvent, refreshPrograms, configureProgram, pauseProgram,
        createClient, revokeClient, rebuildCard, rebuildCardDry, rebuildPage,
    ]

    private static func record(_ action: String, _ subject: String) -> AuditEntry {
        AuditEntry(clientID: "operator", action: action, subject: subject)
    }

    /// Whether a statement counts an effect, which must be recorded when it is there and only then.
    private static func isRecorded(
        _ action: String, _ effect: String
    ) -> @Sendable (FaultStage) async throws -> Bool {
        { stage in
            let isThere = try await stage.number(effect) > 0
            let records = "select count(*) from operator_actions where action = '\(action)' and client_id = 'operator'"
            let isRecorded = try await stage.number(records) > 0
            #expect(isThere == isRecorded, "\(action): done \(isThere), recorded \(isRecorded)")
            return isThere
        }
    }

    // MARK: Webhook deliveries

    private static func link(_ account: String, source: String = "source", stamp: String = "1771545600") -> Delivery {
        let body = """
            {"sourceUserId":"\(source)","destinationProgramId":"prg_c","type":"LINKED",\
            "destinationAccount":{"destinationUserId":"\(account)"}}
            """
        return Delivery(stamp: stamp, body: Array(body.utf8))
    }

    private struct Delivery {
        let stamp: String
        let body: [UInt8]
    }

    private static func apply(_ deliveries: [Delivery], on stage: FaultStage) async throws {
        for delivery in deliveries {
            _ = try await stage.inbox.receive(
                .programConnection, stamp: delivery.stamp, body: delivery.body, authentication: "test")
        }
        try await stage.inboxWorker.applyDue()
    }

    static let replayDelivery = Boundary(
        name: "ReplayInboxEntry", prepare: { try await apply([link("M-1")], on: $0) },
        call: { stage in _ = try await stage.inbox.replay(1, audit: record("ReplayInboxEntry", "inbox/1")) },
        isApplied: isRecorded("ReplayInboxEntry", "select count(*) from inbox where status = 'received'"),
        faults: expecting([("waiting", "select count(*) from inbox where status = 'received'", 1)]))

    /// Looking at a body is itself what is recorded.
    static let readDelivery = Boundary(
        name: "GetInboxEntry", prepare: { try await apply([link("M-1")], on: $0) },
        call: { stage in _ = try await stage.inbox.entry(1, audit: record("GetInboxEntry", "inbox/1")) },
        isApplied: { try await $0.number("select count(*) from operator_actions") > 0 },
        faults: expecting([("applied", "select count(*) from inbox where status = 'applied'", 1)]))

    static let resolveHeldEvent = Boundary(
        name: "ResolveHeldEvent", prepare: { try await apply([link("M-1"), link("M-2")], on: $0) },
        call: { stage in
            do {
                _ = try await ResolveHeldEvent(context: stage.preferences)(
                    inboxID: 2, operatorID: "operator", audit: record("ResolveHeldEvent", "inbox/2"))
            } catch let error as PreferencesError where error.reason == .wrongStatus {
                // It is decided already, which is what was wanted.
            }
        },
        isApplied: isRecorded("ResolveHeldEvent", "select count(*) from connection_decisions"),
        faults: expecting([
            ("discarded", "select count(*) from connection_decisions where verdict = 'discarded'", 1),
            ("confirmed", "select count(*) from connection_decisions where verdict = 'confirmed'", 1),
            ("records", "select count(*) from operator_actions", 1),
            ("links", "select count(*) from links where account ->> 'destinationUserId' = 'M-2'", 1),
        ]))

    // MARK: Programs

    static let refreshPrograms = Boundary(
        name: "RefreshPrograms",
        call: { stage in
            let refresh = RefreshPrograms(pool: stage.pool, cosmo: stage.cosmo, logger: FaultStage.logger)
            let summary = try await refresh(audit: record("RefreshPrograms", "programs"))
            await stage.catalogue.followCommit()
            #expect(summary.programs.filter(\.isListed).map(\.programID) == ["prg_a"])
        },
        isApplied: isRecorded("RefreshPrograms", "select count(*) from programs where catalogue_at is not null"),
        faults: expecting([("listed", "select count(*) from programs where listed", 1)]))

    private static let listed: @Sendable (FaultStage) async throws -> Void = { stage in
        _ = try await RefreshPrograms(pool: stage.direct, cosmo: stage.cosmo, logger: FaultStage.logger)()
    }

    static let configureProgram = Boundary(
        name: "ConfigureProgram", prepare: listed,
        call: { stage in
            _ = try await ConfigureProgram(pool: stage.pool, catalogue: stage.catalogue)(
                programID: "prg_a", plugin: "flat-rate", configurationJSON: #"{"pointsPerMajorUnit":"2"}"#,
                by: "operator", audit: record("ConfigureProgram", "prg_a"))
        },
        isApplied: isRecorded(
            "ConfigureProgram", "select count(*) from program_configurations where configuration_version = 2"),
        faults: expecting([
            ("configurations", "select count(*) from program_configurations where program_id = 'prg_a'", 2),
            ("records", "select count(*) from operator_actions", 1),
        ]))

    static let pauseProgram = Boundary(
        name: "PauseProgram", prepare: listed,
        call: { stage in
            _ = try await PauseProgram(
                pool: stage.pool, catalogue: stage.catalogue, effects: stage.wiring(stage.pool).programsEffects)(
                    programID: "prg_a", isPaused: true, audit: record("PauseProgram", "prg_a"))
        },
        isApplied: isRecorded("PauseProgram", "select count(*) from programs where issuing_paused"),
        faults: expecting([
            ("paused", "select count(*) from programs where issuing_paused", 1),
            ("records", "select count(*) from operator_actions", 1),
        ]))

    // MARK: API clients

    static let createClient = Boundary(
        name: "CreateApiClient",
        call: { stage in
            do {
                _ = try await APIClients(pool: stage.pool).create(
                    clientID: "new", role: "platform", audit: record("CreateApiClient", "new"))
            } catch let error as AccessError where error.reason == .clientExists {
                // It is there; its key cannot be shown twice.
            }
        },
        isApplied: isRecorded("CreateApiClient", "select count(*) from api_clients"),
        faults: expecting([
            ("clients", "select count(*) from api_clients", 1),
            ("records", "select count(*) from operator_actions", 1),
        ]))

    static let revokeClient = Boundary(
        name: "RevokeApiClient",
        prepare: { stage in
            _ = try await APIClients(pool: stage.direct).create(clientID: "old", role: "platform")
        },
        call: { stage in
            _ = try await APIClients(pool: stage.pool).revoke(clientID: "old", audit: record("RevokeApiClient", "old"))
        },
        isApplied: isRecorded("RevokeApiClient", "select count(*) from api_clients where revoked_at is not null"),
        faults: expecting([("revoked", "select count(*) from api_clients where revoked_at is not null", 1)]))

    // MARK: Preferences

    /// Two cards of two source users, whose links are lost.
    private static let lostLinks: @Sendable (FaultStage) async throws -> Void = { stage in
        _ = try await stage.direct.query(
            """
            insert into cards (card_id, user_id, source_user_id, currency_code, request_hash, preference_version)
            values ('card-2', 'holder', 'source-2', 'USD', '', 0)
            """)
        try await apply([link("M-1"), link("M-2", source: "source-2")], on: stage)
        _ = try await stage.direct.query("delete from links")
    }

    private static func rebuild(
        _ stage: FaultStage, cardID: String = "", dryRun: Bool = false
    ) async throws -> RebuildPreferences.Page {
        try await stage.wiring(stage.pool).rebuildPreferences(stage.preferences)(
            cardID: cardID, dryRun: dryRun, by: "operator", audit: record("RebuildPreferences", "page"))
    }

    private static func links(of cardID: String) -> String {
        "select count(*) from links where card_id = '\(cardID)' and status = 'linked'"
    }

    static let rebuildCard = Boundary(
        name: "RebuildPreferences of a card", prepare: lostLinks,
        call: { stage in _ = try await rebuild(stage, cardID: "card") },
        isApplied: isRecorded("RebuildPreferences", links(of: "card")),
        faults: expecting([
            ("links", links(of: "card"), 1),
            ("records of it", "select count(*) from operator_actions where subject like 'card%'", 1),
        ]))

    static let rebuildCardDry = Boundary(
        name: "RebuildPreferences as a dry run", prepare: lostLinks,
        call: { stage in
            let page = try await rebuild(stage, cardID: "card", dryRun: true)
            #expect(page.differences.map(\.cardID) == ["card"])
        },
        isApplied: { try await $0.number("select count(*) from operator_actions") > 0 },
        faults: expecting([
            ("links", links(of: "card"), 0),
            ("records of it", "select count(*) from operator_actions where subject like 'card%'", 0),
        ]))

    /// What breaks at the second card does not undo the first, so the caller is answered with the first.
    static let rebuildPage = Boundary(
        name: "RebuildPreferences of a page, at its second card", commitsBefore: 1, prepare: lostLinks,
        call: { stage in _ = try await rebuild(stage) },
        isApplied: isRecorded("RebuildPreferences", links(of: "card")),
        faults: expecting([
            ("links of the first", links(of: "card"), 1), ("links of the second", links(of: "card-2"), 1),
            ("records of both", "select count(*) from operator_actions where subject like 'card%'", 2),
        ]))
}
