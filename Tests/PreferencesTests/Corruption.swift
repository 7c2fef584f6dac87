import Testing

/// Something that only SQL by hand could do to what is stored of `card-1`, and how a rebuild must name it.
struct Corruption: Sendable, CustomTestStringConvertible {
    let name: String
    let sql: String
    let words: String

    var testDescription: String { name }

    static let all = [
        Corruption(
            name: "a link removed behind our back",
            sql: "update links set status = 'delinked' where card_id = 'card-1' and program_id = 'prg_a'",
            words: "link prg_a: status delinked, derived linked"),
        Corruption(
            name: "another account",
            sql: "update links set account = '{\"destinationUserId\":\"THIEF\"}' where program_id = 'prg_a'",
            words: "link prg_a: another account than derived"),
        Corruption(
            name: "an account that is none",
            sql: """
                update links set account = '[1]' where program_id = 'prg_c';
                update connection_events set account = '7' where program_id = 'prg_b' and inbox_id is not null
                """,
            words: "link prg_c: another account than derived"),
        Corruption(
            name: "a link lost", sql: "delete from links where program_id = 'prg_b'",
            words: "link prg_b: derived as linked, and not stored"),
        Corruption(
            name: "a link from nowhere",
            sql: "insert into links (card_id, program_id, status, account) values ('card-1', 'prg_x', 'linked', '{}')",
            words: "link prg_x: stored, and derived from nothing"),
        Corruption(
            name: "allocated parts", sql: "update links set allocated_parts = 99 where program_id = 'prg_c'",
            words: "allocated parts 99, derived 4"),
        Corruption(
            name: "event parts", sql: "update links set event_parts = null where program_id = 'prg_b'",
            words: "event parts none, derived 3"),
        Corruption(
            name: "the mark of being held",
            sql: "update links set held = true, held_reason = 'MAY_BE_A_RETRY' where program_id = 'prg_c'",
            words: "link prg_c: held for MAY_BE_A_RETRY, derived not held"),
        Corruption(
            name: "a wait that nothing asks for",
            sql: """
                update links set held = true, held_reason = 'SAME_STAMP_CONFLICT', waits_until = 'infinity'
                where program_id = 'prg_c'
                """,
            words: "issuing waits until another time than derived"),
        Corruption(
            name: "an answer that nobody gave",
            sql: "update connection_events set answered_at = now() where program_id = 'prg_b' and inbox_id is not null",
            words: "1 connection event marked as answered, and not every delivery was"),
        Corruption(
            name: "a delivery taken for one of another event",
            sql: """
                update connection_deliveries set event_id = (select max(event_id) from connection_events)
                where inbox_id = (select inbox_id from connection_events where program_id = 'prg_b')
                """,
            words: "1 delivery that is not entered with the right event"),
        Corruption(
            name: "a decision that nobody made",
            sql: "update connection_events set confirmed_at = now() where program_id = 'prg_b'",
            words: "1 connection event confirmed without an operator's decision"),
        Corruption(
            name: "a decision forgotten",
            sql: "update connection_events set confirmed_at = null where confirmed_at is not null",
            words: "1 connection event not confirmed against an operator's decision"),
        Corruption(
            name: "the stamp of the decision",
            sql: "update links set deciding_stamp_micros = 5 where program_id = 'prg_c'",
            words: "link prg_c: decided at 5, derived"),
        Corruption(
            name: "the weights in force",
            sql: """
                update preference_versions set weights = 'prg_a:1'
                where version = (select preference_version from cards where card_id = 'card-1')
                """,
            words: "in force does not say what is derived"),
        Corruption(
            name: "the links in force",
            sql: """
                update preference_versions set links = '[{"nonsense":1}]'
                where version = (select preference_version from cards where card_id = 'card-1')
                """,
            words: "in force does not say what is derived"),
        Corruption(
            name: "the version in force lost",
            sql: """
                delete from preference_versions
                where version = (select preference_version from cards where card_id = 'card-1')
                """,
            words: "is in force and missing"),
        Corruption(
            name: "an old version in force", sql: "update cards set preference_version = 1",
            words: "version 1 is in force, and version"),
        Corruption(
            name: "the webhooks' events lost", sql: "delete from connection_events where inbox_id is not null",
            words: "said by the inbox and missing from the set"),
        Corruption(
            name: "an event's account altered",
            sql: """
                update connection_events set account = '{"destinationUserId":"THIEF"}'
                where program_id = 'prg_a' and inbox_id is not null
                """,
            words: "1 connection event in the set and said by nothing"),
        Corruption(
            name: "an event altered into its rival",
            sql: "update connection_events set kind = 'LINKED' where program_id = 'prg_d' and kind = 'DELINKED'",
            words: "1 connection event in the set and said by nothing"),
        Corruption(
            name: "an event from nowhere",
            sql: """
                insert into connection_events (
                    source_user_id, program_id, kind, stamp_micros, content_digest, account, inbox_id)
                values ('u-1', 'prg_a', 'DELINKED', 1760000020000000, '\\x00', '{}', 4711)
                """,
            words: "1 connection event in the set and said by nothing"),
        Corruption(
            name: "an operator's decision undone",
            sql: """
                update connection_events set status = 'standing', discarded_at = null, status_reason = null
                where status = 'discarded'
                """,
            words: "1 connection event standing against an operator's decision"),
        Corruption(
            name: "an event discarded by nobody",
            sql: """
                update connection_events set status = 'discarded', discarded_at = now()
                where program_id = 'prg_b' and inbox_id is not null
                """,
            words: "1 connection event discarded without an operator's decision"),
        Corruption(
            name: "links, versions and the index of deliveries all lost",
            sql: """
                delete from links; delete from preference_versions; delete from connection_deliveries;
                delete from connection_events where inbox_id is not null; update cards set preference_version = 0
                """,
            words: "link prg_a: derived as linked, and not stored"),
    ]
}
