import Inbox
import Issuance
import PostgreSQL
import Preferences

extension Boundary {
    /// The commits of webhooks: storing one and its answer, applying one of each kind, and what an answer settles.
    static let webhooks: [Boundary] = [
        storeDelivery, applyConnection, applyTransaction, storeAnswer, reviewHeldLink,
    ]

    private static let linked = Array(
        (#"{"sourceUserId":"source","destinationProgramId":"prg_c","type":"LINKED","#
            + #""destinationAccount":{"destinationUserId":"M-1"}}"#).utf8)

    private static let store: @Sendable (FaultStage) async throws -> Void = { stage in
        _ = try await stage.inbox.receive(
            .programConnection, stamp: "1771545600", body: linked, authentication: "test")
    }

    static let storeDelivery = Boundary(
        name: "storing a delivery", call: store,
        isApplied: { try await $0.number("select count(*) from inbox") > 0 },
        faults: expecting([("deliveries", "select count(*) from inbox", 1)]))

    static let applyConnection = Boundary(
        name: "applying a connection event", answersItsCaller: false, prepare: store,
        call: { stage in try await stage.inboxWorker.applyDue() },
        isApplied: { try await $0.number("select count(*) from links where program_id = 'prg_c'") > 0 },
        faults: expecting([
            ("applied deliveries", "select count(*) from inbox where status = 'applied'", 1),
            ("events", "select count(*) from connection_events", 1),
            ("links", "select count(*) from links where status = 'linked'", 3),
            ("versions", "select preference_version from cards", 2),
        ]))

    static let storeAnswer = Boundary(
        name: "noting an answer", prepare: store, call: { stage in try await stage.inbox.storeAnswered(1) },
        isApplied: { try await $0.number("select count(*) from inbox_answers") > 0 },
        faults: expecting([("answers", "select count(*) from inbox_answers", 1)]))

    private static let delinked = Array(
        #"{"sourceUserId":"source","destinationProgramId":"prg_c","type":"DELINKED"}"#.utf8)

    static let reviewHeldLink = Boundary(
        name: "reviewing a held link", answersItsCaller: false,
        prepare: { stage in
            for (stamp, body) in [("1771545600", linked), ("1771545610", delinked), ("1771545620", linked)] {
                _ = try await stage.inbox.receive(
                    .programConnection, stamp: stamp, body: body, authentication: "test")
            }
            try await stage.inboxWorker.applyDue()
            try await stage.inbox.storeAnswered(1)
        },
        call: { stage in
            try await ReviewHeldLinks(context: stage.preferences, logger: FaultStage.logger).reviewDue()
        },
        isApplied: { try await $0.number("select count(*) from links where not held and program_id = 'prg_c'") > 0 },
        faults: expecting([
            ("links", "select count(*) from links where not held and waits_until is null", 3),
            ("events", "select count(*) from connection_events where answered_at is not null", 1),
        ]))

    static let applyTransaction = Boundary(
        name: "applying a transaction event", answersItsCaller: false,
        prepare: { stage in
            try await stage.earn(points: 7)
            _ = try await stage.planner(stage.direct).planDue()
            let row = try await stage.direct.query(
                """
                update issuances set status = 'accepted', attempts = 1, first_sent_at = now(), last_sent_at = now(),
                    accepted_at = now(), due_at = now() + '1 hour', cosmo_transaction_id = 'tx-1'
                returning reference_number
                """)[0]
            let body =
                #"{"transactionId":"tx-1","value":7,"destinationAccount":{"destinationUserId":"M-1"},"#
                + #""referenceNumber":""#
                + (try row.value(as: String.self))
                + #"","destinationProgramId":"prg_a","currency":"POINTS","totalPoints":7}"#
            _ = try await stage.inbox.receive(
                .transaction, stamp: "1771545601", body: Array(body.utf8), authentication: "test")
        },
        call: { stage in try await stage.inboxWorker.applyDue() },
        isApplied: { try await $0.number("select count(*) from issuances where status = 'confirmed'") > 0 },
        faults: expecting([
            ("applied deliveries", "select count(*) from inbox where status = 'applied'", 1),
            ("confirmed", "select count(*) from issuances where status = 'confirmed'", 1),
            ("issued", "select sum(issued_micro)::int8 from positions", 7_000_000),
            ("in flight", "select sum(in_flight_micro)::int8 from positions", 0),
        ]))
}
