@testable import Audit

extension Fault {
    private static let spend = ["card_id": "card_2", "spend_id": "card_2_0_4"]
    private static let whereSpend = "where card_id = 'card_2' and spend_id = 'card_2_0_4'"

    /// Changes the text of the spend's decision.
    private static func decision(_ pattern: String, _ replacement: String, of spendID: String = "card_2_0_4") -> String
    {
        """
        update spends set decision = convert_to(regexp_replace(
            convert_from(decision, 'UTF8'), '\(pattern)', '\(replacement)'), 'UTF8') where spend_id = '\(spendID)'
        """
    }

    private static func leg(_ spendID: String, _ programID: String) -> [String: String] {
        ["card_id": "card_2", "spend_id": spendID, "program_id": programID]
    }

    static let ofCertificates = [
        Fault(
            "a share that is within quota, but not the apportionment's", .certificateShares, leg("card_2_0_4", "prg_a"),
            """
            update spends set decision = convert_to(replace(convert_from(decision, 'UTF8'),
                substring(convert_from(decision, 'UTF8') from '"shares":\\[[^]]*\\]'),
                (select '"shares":[' || (s[1]::bigint - 1) || ',' || (s[2]::bigint + 1) || ',' || s[3] || ']'
                 from regexp_match(convert_from(decision, 'UTF8'), '"shares":\\[(\\d+),(\\d+),(\\d+)\\]') s)), 'UTF8')
            \(whereSpend)
            """),
        Fault(
            "an offer that nothing accounts for", .legOffer, leg("card_2_0_4", "prg_a"),
            decision(
                #""offered":\d+,"plugin":\{"configurationVersion":1,"digest":"\#(Books.digest)","name":"test@1"\},"#
                    + #""program":"prg_a""#,
                #""offered":1,"plugin":{"configurationVersion":1,"digest":"\#(Books.digest)","name":"test@1"},"#
                    + #""program":"prg_a""#
            )),
        Fault(
            "a rest without its rule", .remainderRule, ["card_id": "card_2", "spend_id": "card_2_first"],
            decision(#","remainderRule":"NO_LINKS""#, "", of: "card_2_first")),
        Fault(
            "a plugin's digest is not the configuration's", .decisionPlugin, leg("card_2_0_4", "prg_a"),
            decision(#""digest":"\#(Books.digest)""#, #""digest":"01""#)),
    ]

    static let ofRefunds = [
        Fault(
            "a clawback too few", .movementSum,
            ["card_id": "card_2", "spend_id": "card_2_0_1", "refund_id": "card_2_0_r1", "movement_number": "?"],
            """
            delete from clawbacks where program_id = 'prg_a' and movement_number = (
                select movement_number from refund_movements where refund_id = 'card_2_0_r1')
            """),
        Fault(
            "a day that does not add up", .coverage,
            ["card_id": "card_2", "day": "2026-05-17", "program_id": "prg_a prg_b prg_c"],
            """
            delete from clawbacks where program_id = 'prg_a' and movement_number = (
                select movement_number from refund_movements where refund_id = 'card_2_0_r1')
            """),
        Fault(
            "a program's day that does not add up", .coverage,
            ["card_id": "card_2", "day": "2026-05-17", "program_id": "prg_a"],
            "update legs set amount_minor = amount_minor + 1 \(whereSpend) and program_id = 'prg_a'"),
        Fault(
            "a duplicated refund", .refundSum, ["card_id": "card_2", "refund_id": "card_2_0_r3"],
            """
            with twice as (
                insert into refund_movements (card_id, refund_id, spend_id, cause, amount_minor, refunded_after_minor,
                    excluded_minor, held_minor, recorded_at)
                select card_id, refund_id, spend_id, cause, amount_minor, refunded_after_minor, excluded_minor,
                    held_minor,
                    recorded_at from refund_movements where refund_id = 'card_2_0_r3' returning card_id,
                        movement_number)
            insert into clawbacks
            select t.card_id, t.movement_number, k.program_id, k.unit, k.amount_minor, k.earned_micro
            from twice t, clawbacks k where k.movement_number = (
                select movement_number from refund_movements where refund_id = 'card_2_0_r3')
            """),
        Fault(
            "a refund of more than the spend", .movementChain,
            ["card_id": "card_2", "spend_id": "card_2_0_1", "refund_id": "card_2_0_r2", "movement_number": "?"],
            "update refund_movements set refunded_after_minor = refunded_after_minor + 1 where refund_id = "
                + "'card_2_0_r2'"
        ),
        Fault(
            "one refund id on two cards", .refundIDUnique, ["refund_id": "card_2_0_r3"],
            """
            alter table refunds drop constraint refunds_refund_id_key;
            update refunds set refund_id = 'card_2_0_r3' where refund_id = 'card_3_0_r3'
            """),
        Fault(
            "a refund in another currency", .refundCard, ["card_id": "card_2", "refund_id": "card_2_0_r3"],
            "update refunds set currency_code = 'USD' where refund_id = 'card_2_0_r3'"),
        Fault(
            "a waiting refund that has moved money", .refundSum, ["card_id": "card_2", "refund_id": "card_2_0_r3"],
            "update refunds set status = 'waiting' where refund_id = 'card_2_0_r3'"),
        Fault(
            "a movement of no refund", .movementWithoutSpend, ["card_id": "card_2", "movement_number": "?"],
            "delete from refunds where refund_id = 'card_2_0_r3'"),
        Fault(
            "a clawback of no movement", .clawbackWithoutMovement,
            ["card_id": "card_2", "movement_number": "-5", "program_id": "prg_a"],
            "insert into clawbacks values ('card_2', -5, 'prg_a', 'points', 0, 0)"),
        Fault(
            "a refund that took from the wrong leg", .refundApportioned,
            [
                "card_id": "card_2", "spend_id": "card_2_1_1", "refund_id": "card_2_1_r1", "movement_number": "?",
                "program_id": "prg_a",
            ],
            """
            update clawbacks set amount_minor = amount_minor + case program_id when 'prg_a' then 1 else -1 end
            where movement_number = (select movement_number from refund_movements where refund_id = 'card_2_1_r1')
            """),
        Fault(
            "a whole refund that left points behind", .refundRest, leg("card_2_1_1", "prg_a"),
            """
            update clawbacks set earned_micro = earned_micro - 1 where program_id = 'prg_a' and movement_number = (
                select movement_number from refund_movements where refund_id = 'card_2_1_r2')
            """),
        Fault(
            "points written off twice", .positionWrittenOff,
            ["card_id": "card_2", "program_id": "prg_b", "unit": "value"],
            "update positions set written_off_micro = 14 where card_id = 'card_2' and program_id = 'prg_b'"),
        Fault(
            "more written off than refunds took", .writeOffBounded,
            ["card_id": "card_2", "program_id": "prg_b", "unit": "value"],
            """
            update debt_write_offs set micro = 9000000000000 where card_id = 'card_2';
            update positions set written_off_micro = 9000000000000 where card_id = 'card_2' and program_id = 'prg_b'
            """),
        Fault(
            "one request written off twice", .writeOffUnique, ["card_id": "card_2", "request_id": "w1"],
            """
            alter table debt_write_offs drop constraint debt_write_offs_pkey;
            insert into debt_write_offs (card_id, request_id, program_id, unit, micro, reason, written_off_by,
                request_hash, recorded_at)
            select card_id, request_id, program_id, unit, micro, reason, written_off_by, request_hash, recorded_at
            from debt_write_offs where card_id = 'card_2'
            """),
        Fault(
            "a withdrawn issuance whose outcome was not known", .issuanceWithdrawn,
            ["card_id": "card_2", "reference_number": "mb-card_2-withdrawn"],
            "update issuances set reads = 1 where reference_number = 'mb-card_2-withdrawn'"),
    ]

    static let ofPeriods = [
        Fault(
            "a period's total is a unit short", .periodTotals,
            ["card_id": "card_2", "program_id": "prg_a", "period": "2026-05"],
            "update period_totals set accepted_minor = accepted_minor - 1 where card_id = 'card_2'"),
        Fault(
            "a period's total of no spends", .periodTotals,
            ["card_id": "card_2", "program_id": "prg_b", "period": "2026-05-17"],
            "insert into period_totals values ('card_2', 'prg_b', '2026-05-17', 5, 5)"),
        Fault(
            "a decision on another period's total", .periodCourse, leg("card_2_1_3", "prg_a"),
            decision(#""periodTotals":\{"accepted":"#, #""periodTotals":{"accepted":1"#, of: "card_2_1_3")),
    ]

    static let ofAuthorizations = [
        Fault(
            "a clearing under another version than authorised", .authorizationPins,
            ["card_id": "card_2", "spend_id": "card_2_0_6"],
            "update authorizations set preference_version = 2 where card_id = 'card_2'"),
        Fault(
            "an authorisation of a version that never was", .authorizationVersion,
            ["card_id": "card_2", "authorization_id": "auth_card_2"],
            "update authorizations set preference_version = 9 where card_id = 'card_2'"),
        Fault(
            "one authorisation id on two cards", .authorizationIDUnique, ["authorization_id": "auth_card_2"],
            """
            alter table authorizations drop constraint authorizations_authorization_id_key;
            update authorizations set authorization_id = 'auth_card_2' where card_id = 'card_3'
            """),
    ]
}
