import Testing

@testable import Audit

/// A way in which books can be wrong, and what `verify` must say about it.
struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    /// The damage; constraints that would prevent it are dropped first.
    let sql: String
    let check: VerifyCheck
    /// The row that must be named; `?` is a number that the database chose.
    let key: [String: String]

    /// Whether a violation names the row.
    func isNamed(by violation: Violation) -> Bool {
        violation.check == check && Set(violation.key.keys) == Set(key.keys)
            && key.allSatisfy { $0.value == "?" || $0.value == violation.key[$0.key] }
    }

    var testDescription: String { name }

    init(_ name: String, _ check: VerifyCheck, _ key: [String: String], _ sql: String) {
        self.name = name
        self.check = check
        self.key = key
        self.sql = sql
    }

    private static let spend = ["card_id": "card_2", "spend_id": "card_2_0_4"]
    private static let whereSpend = "where card_id = 'card_2' and spend_id = 'card_2_0_4'"
    private static let legA = ["card_id": "card_2", "spend_id": "card_2_0_4", "program_id": "prg_a"]
    private static let position = ["card_id": "card_2", "program_id": "prg_a", "unit": "points"]
    private static let wherePosition = "where card_id = 'card_2' and program_id = 'prg_a'"
    private static let vector = ["card_id": "card_2", "weights": "prg_a:1,prg_b:1"]

    static let all: [Fault] =
        ofSums + ofDecisions + ofTotals + ofPositions + ofReferences + ofConfigurations + ofIssuances
        + ofSending + ofLinks + ofRequests + ofCertificates + ofRefunds + ofReleases + ofPeriods + ofAuthorizations
        + ofWalletPayouts + ofWallets

    private static let ofSums = [
        Fault(
            "a leg has a unit too much", .spendSum, spend,
            "update legs set amount_minor = amount_minor + 1 \(whereSpend) and program_id = 'prg_a'"),
        Fault(
            "a unit moved from one leg to another", .legsAgree, legA,
            """
            update legs set amount_minor = amount_minor - 1 \(whereSpend) and program_id = 'prg_a';
            update legs set amount_minor = amount_minor + 1 \(whereSpend) and program_id = 'prg_b'
            """),
        Fault("a leg is lost", .spendSum, spend, "delete from legs \(whereSpend) and program_id = 'prg_b'"),
        Fault(
            "a leg is negative", .spendSum, spend,
            """
            alter table legs drop constraint legs_amount_not_negative;
            update legs set amount_minor = -amount_minor \(whereSpend) and program_id = 'prg_a'
            """),
        Fault(
            "a unit is excluded twice", .spendSum, spend,
            "update spends set excluded_minor = excluded_minor + 1 \(whereSpend)"),
        Fault(
            "a leg nobody decided", .legsAgree,
            ["card_id": "card_2", "spend_id": "card_2_0_4", "program_id": "prg_x"],
            "insert into legs values ('card_2', 'card_2_0_4', 'prg_x', 0, 'points', 0, 'earned', null, 1)"),
        Fault(
            "a leg of no spend", .legWithoutSpend,
            ["card_id": "card_2", "spend_id": "nowhere", "program_id": "prg_a"],
            "insert into legs values ('card_2', 'nowhere', 'prg_a', 1, 'points', 0, 'earned', null, 1)"),
        Fault(
            "a leg earned another amount than decided", .legsAgree, legA,
            "update legs set earned_micro = earned_micro + 1 \(whereSpend) and program_id = 'prg_a'"),
    ]

    private static let ofDecisions = [
        Fault(
            "a decision's byte is changed", .decisionReadable, spend,
            "update spends set decision = set_byte(decision, 0, 91) \(whereSpend)"),
        Fault(
            "a decision is another spend's", .decisionAgrees, spend,
            "update spends set decision = (select decision from spends where spend_id = 'card_2_0_5') \(whereSpend)"),
        Fault(
            "an amount was edited", .decisionAgrees, spend,
            "update spends set amount_minor = amount_minor + 1 \(whereSpend)"),
        Fault(
            "a merchant was edited", .decisionAgrees, spend,
            "update spends set merchant_name = 'Elsewhere' \(whereSpend)"),
        Fault(
            "a certificate's shares do not sum", .certificateSum, spend,
            """
            update spends set decision = convert_to(regexp_replace(
                convert_from(decision, 'UTF8'), '"shares":\\[(\\d+)', '"shares":[1'), 'UTF8') \(whereSpend)
            """),
        Fault(
            "a split moved two units in the certificate", .quota, legA,
            """
            update spends set decision = convert_to(replace(convert_from(decision, 'UTF8'),
                substring(convert_from(decision, 'UTF8') from '"shares":\\[[^]]*\\]'),
                (select '"shares":[' || (s[1]::bigint - 2) || ',' || (s[2]::bigint + 2) || ',' || s[3] || ']'
                 from regexp_match(convert_from(decision, 'UTF8'), '"shares":\\[(\\d+),(\\d+),(\\d+)\\]') s)), 'UTF8')
            \(whereSpend)
            """),
    ]

    private static let ofTotals = [
        Fault(
            "a spend is lost", .runningTotalChain, ["card_id": "card_2", "spend_id": "card_2_0_5"],
            "delete from legs \(whereSpend); delete from spends \(whereSpend)"),
        Fault(
            "two spends overlap", .runningTotalChain, spend,
            "update spends set running_before = running_before - 1 \(whereSpend)"),
        Fault(
            "the last spend is lost", .runningTotalEnd, vector,
            "delete from legs where spend_id = 'card_2_1_7'; delete from spends where spend_id = 'card_2_1_7'"),
        Fault(
            "a running total is off", .runningTotalEnd, vector,
            "update running_totals set total_minor = total_minor + 1 where card_id = 'card_2' and weights = "
                + "'prg_a:1,prg_b:1'"
        ),
        Fault(
            "a running total is lost", .runningTotalEnd, vector,
            "delete from running_totals where card_id = 'card_2' and weights = 'prg_a:1,prg_b:1'"),
        Fault(
            "a running total of no spends", .runningTotalWithoutSpends, ["card_id": "card_2", "weights": "prg_z:1"],
            "insert into running_totals values ('card_2', 'prg_z:1', 5)"),
    ]

    private static let ofPositions = [
        Fault(
            "a position has a millionth too much", .positionEarned, position,
            "update positions set earned_micro = earned_micro + 1 \(wherePosition)"),
        Fault(
            "a position is lost", .positionEarned, ["card_id": "card_2", "program_id": "prg_b", "unit": "value"],
            "delete from positions where card_id = 'card_2' and program_id = 'prg_b'"),
        Fault(
            "issued without an issuance", .positionIssued, position,
            "update positions set issued_micro = issued_micro + 1 \(wherePosition)"),
        Fault(
            "an issuance confirmed without its position", .positionInFlight, position,
            """
            update issuances set status = 'confirmed', settled_by = 'read', settled_at = now(), due_at = null
            where reference_number = 'mb-card_2-accepted'
            """
        ),
        Fault(
            "an unknown issuance counted as in flight", .positionUnknown, position,
            """
            update positions set unknown_micro = unknown_micro - 1000000, in_flight_micro = in_flight_micro + 1000000
            \(wherePosition)
            """),
        Fault(
            "a negative balance", .positionNegative, position,
            """
            alter table positions drop constraint positions_not_negative;
            update positions set unknown_micro = -1 \(wherePosition)
            """),
        Fault(
            "points clawed back without a refund", .positionClawedBack, position,
            "update positions set clawed_back_micro = clawed_back_micro + 1 \(wherePosition)"),
        Fault(
            "an issuance is lost", .positionIssued, position,
            "delete from issuances where reference_number = 'mb-card_2-confirmed'"),
        Fault(
            "more issued than earned", .positionOverdrawn, position,
            """
            update issuances set quantity_micro = 9000000000000 where reference_number = 'mb-card_2-confirmed';
            update positions set issued_micro = 9000002000000 \(wherePosition)
            """),
        Fault(
            "a position of no card", .positionWithoutCard,
            ["card_id": "nobody", "program_id": "prg_a", "unit": "points"],
            "insert into positions (card_id, program_id, unit) values ('nobody', 'prg_a', 'points')"),
    ]

    private static let ofReferences = [
        Fault(
            "one spend id on two cards", .spendIDUnique, ["spend_id": "card_2_0_4"],
            """
            alter table spends drop constraint spends_spend_id_key;
            update spends set spend_id = 'card_2_0_4' where spend_id = 'card_3_0_4'
            """),
        Fault("a spend of no card", .spendCard, spend, "delete from cards where card_id = 'card_2'"),
        Fault(
            "a spend in another currency than its card", .spendCard, spend,
            "update cards set currency_code = 'USD' where card_id = 'card_2'"),
        Fault(
            "a pinned version with other weights", .spendPreferenceVersion, spend,
            "update preference_versions set weights = 'prg_a:1' where card_id = 'card_2' and version = 1"),
        Fault(
            "attributed to a version that was not valid yet", .spendPreferenceVersion, spend,
            "update spends set attribution = 'clearing' \(whereSpend)"),
        Fault(
            "a pinned version that never was", .spendPreferenceVersion, spend,
            "update spends set preference_version = 9 \(whereSpend)"),
        Fault(
            "a request that led nowhere", .preferenceRequestVersion, ["card_id": "card_2", "request_id": "r9"],
            "insert into preference_requests values ('card_2', 'r9', '\\x00', 9)"),
        Fault(
            "a preference version is lost", .preferenceVersionsContiguous, ["card_id": "card_2"],
            "delete from preference_versions where card_id = 'card_2' and version = 1"),
        Fault(
            "a card is ahead of its versions", .preferenceVersionsContiguous, ["card_id": "card_2"],
            "update cards set preference_version = 3 where card_id = 'card_2'"),
    ]

    private static let ofConfigurations = [
        Fault(
            "a configuration version is skipped", .configurationVersionsContiguous, ["program_id": "prg_a"],
            """
            update programs set configuration_version = 3 where program_id = 'prg_a';
            insert into program_configurations values ('prg_a', 3, 'test', '1', '{}', '\(Books.digest)', 'op')
            """),
        Fault(
            "a leg pins a configuration that never was", .legConfiguration, legA,
            "update legs set configuration_version = 8 \(whereSpend) and program_id = 'prg_a'"),
    ]

    private static let ofIssuances = [
        Fault(
            "one reference on two issuances", .issuanceReference, ["reference_number": "mb-card_2-confirmed"],
            """
            alter table issuances drop constraint issuances_reference_number_key;
            update issuances set reference_number = 'mb-card_2-confirmed' where reference_number = 'mb-card_3-confirmed'
            """),
        Fault(
            "a reference that Cosmo would not take", .issuanceReference, ["reference_number": "mb card"],
            """
            alter table issuances drop constraint issuances_reference_number_shape;
            update issuances set reference_number = 'mb card' where reference_number = 'mb-card_2-confirmed'
            """),
        Fault(
            "an issuance of no card", .issuanceReference, ["reference_number": "mb-card_2-parked"],
            "delete from cards where card_id = 'card_2'"),
        Fault(
            "confirmed by nobody, without Cosmo's id", .issuanceTransactionID,
            ["card_id": "card_2", "reference_number": "mb-card_2-confirmed"],
            "update issuances set cosmo_transaction_id = null where reference_number = 'mb-card_2-confirmed'"),
        Fault(
            "one transaction settles two issuances", .issuanceTransactionUnique,
            ["cosmo_transaction_id": "tx_card_2confirmed"],
            """
            drop index issuances_transaction_key;
            update issuances set cosmo_transaction_id = 'tx_card_2confirmed' where reference_number = \
            'mb-card_2-by-hand'
            """),
    ]
}
