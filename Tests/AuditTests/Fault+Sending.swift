@testable import Audit

extension Fault {
    private static func issue(_ name: String) -> [String: String] {
        ["card_id": "card_2", "reference_number": "mb-card_2-\(name)"]
    }
    private static func change(_ name: String, _ set: String) -> String {
        "update issuances set \(set) where reference_number = 'mb-card_2-\(name)'"
    }
    private static func position(_ program: String, _ unit: String) -> [String: String] {
        ["card_id": "card_2", "program_id": program, "unit": unit]
    }
    private static func link(_ program: String) -> [String: String] { ["card_id": "card_2", "program_id": program] }

    /// What is sent, and to whom; what an issuance says of itself; which position is planned.
    static let ofSending = [
        Fault(
            "an issuance bears another reference than was planned", .issuanceAsPlanned,
            ["card_id": "card_2", "reference_number": "mb-another"],
            change("unknown", "reference_number = 'mb-another'")),
        Fault(
            "a planned issuance is sent a thousandfold", .issuanceValue, issue("planned"),
            change("planned", "sent_value = sent_value * 1000")),
        Fault(
            "value is sent in hundredths where whole units were planned", .issuanceValue, issue("value"),
            change("value", "sent_value = sent_value * 100")),
        Fault(
            "value is sent in a unit that nobody can configure", .issuanceValue, issue("value"),
            change("value", "sent_unit_micro = 1000, sent_value = 200000")),
        Fault(
            "value is sent in another currency", .issuanceValue, issue("value"),
            change("value", "sent_currency = 'JPY'")),
        Fault(
            "points are sent as money", .issuanceValue, issue("planned"), change("planned", "sent_currency = 'EUR'")),
        Fault(
            "an issuance from before its unit was kept has a value of neither unit", .issuanceValue, issue("value"),
            change("value", "sent_unit_micro = null, sent_value = 3")),
        Fault(
            "a recovery is ended before it saw everything", .recoveryEnd, ["recovery_number": "1"],
            "update recoveries set compared_at = final_at - interval '1 second'"),
        Fault(
            "a recovery is ended although a transaction is unexplained", .recoveryEnd, ["recovery_number": "1"],
            "update recovery_findings set cosmo_transaction_id = 'tx_unexplained'"),
        Fault(
            "a recovery is ended by a person without evidence", .recoveryEnd, ["recovery_number": "1"],
            "update recoveries set ended_by = 'op'"),
        Fault(
            "an issuance goes to somebody else", .issuanceAccount, issue("planned"),
            change("planned", #"account = '{"destinationUserId": "M-thief"}'"#)),
        Fault(
            "an issuance goes to an account that another had replaced", .issuanceAccount, issue("planned"),
            change("planned", #"account = '{"destinationUserId": "Old-prg_a-card_2"}'"#)),
        Fault(
            "an issuance goes to an account that was linked only later", .issuanceAccount, issue("planned"),
            change("planned", "created_at = now() - interval '1 day'")),
        Fault(
            "what Cosmo has accepted waits to be sent again", .issuanceState, issue("accepted"),
            change("accepted", "status = 'planned'")),
        Fault(
            "what is being sent waits to be sent again", .issuanceState, issue("sending"),
            change("sending", "status = 'planned'")),
        Fault(
            "an issuance that was tried forgets that it was", .issuanceState, issue("unknown"),
            change("unknown", "attempts = 0")),
        Fault(
            "a confirmed issuance that nobody confirmed", .issuanceState, issue("confirmed"),
            change("confirmed", "settled_by = null, settled_at = null")),
        Fault(
            "an issuance that an operator settled without evidence", .issuanceState, issue("by-hand"),
            change("by-hand", "evidence = null, evidence_by = null")),
        Fault(
            "a planned issuance that is resolved", .issuanceState, issue("planned"),
            change("planned", "resolved_at = now()")),
        Fault(
            "a position is blocked by an issuance that waits for nobody", .positionBlocked, position("prg_b", "value"),
            change("blocking", "resolved_at = now()")),
        Fault(
            "a position is blocked by an issuance of another", .positionBlocked, position("prg_b", "value"),
            "update positions set blocked_by = 'mb-card_2-planned' where card_id = 'card_2' and program_id = 'prg_b'"),
        Fault(
            "a refused issuance blocks nothing", .positionBlocked, position("prg_b", "value"),
            """
            update positions set blocked_by = null, blocked_reason = null, plan_at = now()
            where card_id = 'card_2' and program_id = 'prg_b'
            """),
        Fault(
            "points are pending and nobody will plan them", .positionPlanned, position("prg_a", "points"),
            "update positions set plan_at = null where card_id = 'card_2' and program_id = 'prg_a'"),
        Fault(
            "an issuance waits for an account that was replaced, and nobody looks at it", .positionPlanned,
            position("prg_b", "value"),
            """
            update links set account = '{"destinationUserId": "M-new"}' where card_id = 'card_2' and program_id = \
            'prg_b'
            """),
        Fault(
            "an issuance that Cosmo has an id for was withdrawn for another account", .issuanceWithdrawn,
            issue("moved"),
            change("moved", "cosmo_transaction_id = 'tx_moved'")),
    ]

    /// Links, what they follow from, and what the preference is made of.
    static let ofLinks = [
        Fault(
            "an event tells another account than was received", .connectionEventContent,
            ["source_user_id": "mb_card_2", "event_id": "?"],
            """
            update connection_events set account = '{"destinationUserId": "M-thief"}'
            where source_user_id = 'mb_card_2' and stamp_micros = 11
            """),
        Fault(
            "an event tells a removal that was a link", .connectionEventContent,
            ["source_user_id": "mb_card_2", "event_id": "?"],
            """
            update connection_events set kind = 'DELINKED' where source_user_id = 'mb_card_2' and stamp_micros = 4
            """),
        Fault(
            "an event was discarded by nobody", .connectionSources, ["source_user_id": "mb_card_2", "event_id": "?"],
            """
            update connection_events set status = 'discarded', discarded_at = now()
            where source_user_id = 'mb_card_2' and stamp_micros = 4
            """),
        Fault(
            "what an operator discarded counts again", .connectionSources,
            ["source_user_id": "mb_card_2", "event_id": "?"],
            """
            update connection_events set status = 'standing', discarded_at = null
            where source_user_id = 'mb_card_2' and status = 'discarded'
            """),
        Fault(
            "an event counts as answered, and one of its deliveries was not", .connectionSources,
            ["source_user_id": "mb_card_2", "event_id": "?"],
            """
            insert into inbox_answers (inbox_id, answered_at) select inbox_id, now() from connection_events
                where source_user_id = 'mb_card_2' and stamp_micros = 4 on conflict do nothing;
            update connection_events set answered_at = now() where source_user_id = 'mb_card_2' and stamp_micros = 4;
            insert into connection_deliveries (inbox_id, source_user_id, event_id)
                select 1000000, source_user_id, event_id from connection_events
                where source_user_id = 'mb_card_2' and stamp_micros = 4;
            """),
        Fault(
            "a delivery counts with an event of another cardholder", .connectionSources,
            ["source_user_id": "mb_card_2", "event_id": "?"],
            """
            insert into connection_deliveries (inbox_id, source_user_id, event_id)
                select 1000000, 'mb_card_2', event_id from connection_events
                where source_user_id = 'mb_card_1' and stamp_micros = 4;
            """),
        Fault(
            "a platform's word about one card became one about all", .connectionEventContent,
            ["source_user_id": "mb_card_2", "event_id": "?"],
            "update connection_events set card_id = null where source_user_id = 'mb_card_2' and stamp_micros = 11"),
        Fault(
            "a delivery is another than was received", .inboxBody, ["inbox_id": "?"],
            "update inbox set body = set_byte(body, 0, 91) where inbox_id = (select min(inbox_id) from inbox)"),
        Fault(
            "a link goes to somebody else", .linkFollows, link("prg_a"),
            """
            update links set account = '{"destinationUserId": "M-thief"}'
            where card_id = 'card_2' and program_id = 'prg_a'
            """),
        Fault(
            "a removed link goes to somebody else", .linkFollows, link("prg_c"),
            """
            update links set account = '{"destinationUserId": "M-thief"}'
            where card_id = 'card_2' and program_id = 'prg_c'
            """),
        Fault(
            "a removed program is linked", .linkFollows, link("prg_c"),
            "update links set status = 'linked' where card_id = 'card_2' and program_id = 'prg_c'"),
        Fault(
            "a link waits although there is room", .linkFollows, link("prg_b"),
            "update links set status = 'waiting' where card_id = 'card_2' and program_id = 'prg_b'"),
        Fault(
            "a link has parts that no event gave", .linkFollows, link("prg_b"),
            "update links set event_parts = 7 where card_id = 'card_2' and program_id = 'prg_b'"),
        Fault(
            "a link has parts that nobody allocated", .linkFollows, link("prg_a"),
            "update links set allocated_parts = 7 where card_id = 'card_2' and program_id = 'prg_a'"),
        Fault(
            "a version weighs a link as nobody chose", .preferenceWeights, ["card_id": "card_2", "version": "1"],
            "update preference_versions set weights = 'prg_a:3,prg_b:2,prg_c:2' where card_id = 'card_2' and version = "
                + "1"
        ),
        Fault(
            "a version weighs a program that is not linked", .preferenceWeights, ["card_id": "card_2", "version": "2"],
            "update preference_versions set weights = 'prg_a:1,prg_x:1' where card_id = 'card_2' and version = 2"),
        Fault(
            "the version in force has other parts than the links", .preferenceInForce, link("prg_b"),
            """
            update preference_versions set links = jsonb_set(links, '{1,parts}', '2'), weights = 'prg_a:1,prg_b:2'
            where card_id = 'card_2' and version = 2
            """),
        Fault(
            "the version in force lacks a link", .preferenceInForce, link("prg_b"),
            """
            update preference_versions set links = links - 1, weights = 'prg_a:1'
            where card_id = 'card_2' and version = 2
            """),
        Fault(
            "a configuration was edited", .configurationDigest, ["program_id": "prg_a", "configuration_version": "1"],
            "update program_configurations set configuration = '{\"rate\":\"9\"}' where program_id = 'prg_a'"),
    ]
    /// What platforms and operators said, against its hash.
    static let ofRequests = [
        Fault(
            "a card is another user's", .requestContent, ["card_id": "card_2"],
            "update cards set user_id = 'somebody' where card_id = 'card_2'"),
        Fault(
            "a spend clears another authorisation", .requestContent, ["card_id": "card_2", "spend_id": "card_2_0_4"],
            "update spends set authorization_id = 'auth_card_2' where spend_id = 'card_2_0_4'"),
        Fault(
            "a refund that waits is of more", .requestContent, ["card_id": "card_2", "refund_id": "card_2_0_r5"],
            "update refunds set amount_minor = amount_minor * 1000 where refund_id = 'card_2_0_r5'"),
        Fault(
            "a refund names another spend", .requestContent, ["card_id": "card_2", "refund_id": "card_2_0_r5"],
            "update refunds set spend_id = 'card_2_0_4' where refund_id = 'card_2_0_r5'"),
        Fault(
            "an authorisation is of another amount", .requestContent,
            ["card_id": "card_2", "authorization_id": "auth_card_2"],
            "update authorizations set amount_minor = amount_minor + 1 where card_id = 'card_2'"),
        Fault(
            "a write-off has another reason", .requestContent, ["card_id": "card_2", "request_id": "w1"],
            "update debt_write_offs set reason = 'mistake' where card_id = 'card_2'"),
        Fault(
            "a refund that was undone waits again", .refundState, ["card_id": "card_2", "refund_id": "card_2_0_r4"],
            "update refunds set status = 'waiting' where refund_id = 'card_2_0_r4'"),
        Fault(
            "a parked leg earned, and nothing decided it", .legsAgree,
            ["card_id": "card_2", "spend_id": "card_2_0_4", "program_id": "prg_c"],
            """
            update legs set status = 'earned', reason = null
            where spend_id = 'card_2_0_4' and program_id = 'prg_c'
            """),
    ]
}
