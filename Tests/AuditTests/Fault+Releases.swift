@testable import Audit

extension Fault {
    private static let release = ["card_id": "card_2", "spend_id": "card_2_held"]
    private static let whereRelease = "where card_id = 'card_2' and spend_id = 'card_2_held'"

    static let ofReleases = [
        Fault(
            "a leg of a release is lost", .spendSum, release,
            "delete from legs \(whereRelease) and program_id = 'prg_b' and of_release"),
        Fault(
            "a leg of a release that there is not", .legWithoutSpend,
            ["card_id": "card_2", "spend_id": "card_2_0_4", "program_id": "prg_a"],
            """
            insert into legs select card_id, spend_id, program_id, 0, unit, 0, status, reason, configuration_version, \
            null,
                true from legs where spend_id = 'card_2_0_4' and program_id = 'prg_a'
            """),
        Fault(
            "what a spend held is released twice", .releaseOnce, release,
            """
            alter table releases drop constraint releases_pkey;
            insert into releases select card_id, spend_id, nextval(pg_get_serial_sequence('spends', 'spend_number')), \
            outcome,
                cause, amount_minor, preference_version, weights, running_before, excluded_minor, decision, recorded_at
            from releases \(whereRelease)
            """),
        Fault(
            "a release of more than was held", .releaseAmount, release,
            "update releases set amount_minor = amount_minor + 1 \(whereRelease)"),
        Fault(
            "a release whose decision says another amount", .decisionAgrees, release,
            "update releases set amount_minor = amount_minor + 1 \(whereRelease)"),
        Fault(
            "what has expired is not all excluded", .releaseAmount, ["card_id": "card_2", "spend_id": "card_2_stale"],
            "update releases set excluded_minor = 59 where spend_id = 'card_2_stale'"),
        Fault(
            "a release under no later version", .releaseVersion, release,
            "update spends set preference_version = 1 where spend_id = 'card_2_held'"),
        Fault(
            "a release before its spend", .releaseVersion, release,
            "update releases set release_number = 0 \(whereRelease)"),
        Fault(
            "a release outside the chain of its vector", .runningTotalChain, release,
            "update releases set running_before = running_before + 1 \(whereRelease)"),
        Fault(
            "a decision of a release that is none", .decisionReadable, release,
            "update releases set decision = '{}' \(whereRelease)"),
        Fault(
            "what is held is not listed", .heldSpends, ["card_id": "card_2", "spend_id": "card_2_first"],
            "delete from held_spends where card_id = 'card_2'"),
        Fault(
            "what is held is listed with another amount", .heldSpends,
            ["card_id": "card_2", "spend_id": "card_2_first"],
            "update held_spends set held_minor = held_minor - 1 where card_id = 'card_2'"),
        Fault(
            "what is held is listed as of another version", .heldSpends,
            ["card_id": "card_2", "spend_id": "card_2_first"],
            "update held_spends set preference_version = 9 where card_id = 'card_2'"),
        Fault(
            "what was released is still listed", .heldSpends, release,
            """
            insert into held_spends select card_id, spend_id, spend_number, preference_version, currency_code, 0, \
            recorded_at
            from spends \(whereRelease)
            """),
        Fault(
            "a refund still takes from the held part after its release", .heldSpends, release,
            """
            update refund_movements set held_minor = held_minor + 1, released_minor = released_minor - 1
            where refund_id = 'card_2_held_r2'
            """),
        Fault(
            "a refund takes less from a release's leg than its release gives up", .refundApportioned,
            [
                "card_id": "card_2", "spend_id": "card_2_held", "refund_id": "card_2_held_r2", "movement_number": "?",
                "program_id": "prg_a",
            ],
            """
            update clawbacks set amount_minor = amount_minor - 1 where of_release and program_id = 'prg_a'
                and movement_number = (select movement_number from refund_movements where refund_id = 'card_2_held_r2')
            """),
        Fault(
            "a refund that forgets what it took of a release", .movementSum,
            [
                "card_id": "card_2", "spend_id": "card_2_held", "refund_id": "card_2_held_r2", "movement_number": "?",
            ],
            "update refund_movements set released_minor = 0 where refund_id = 'card_2_held_r2'"),
    ]
}
