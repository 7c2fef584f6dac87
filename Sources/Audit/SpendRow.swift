import PostgreSQL

/// A spend with its legs, what was taken back from it, and what it points to, as one row of the audit's query.
///
/// The release of what a spend held is such a row of its own: its amount is what was held, its legs are those of the
/// release, and a movement of it is what refunds took from the release. So whatever holds for a spend is checked for both.
struct SpendRow {
    /// What the row is about.
    enum Kind {
        /// A spend.
        case spend
        /// The decided release of what a spend held.
        case release
        /// The end of what a spend held, without a decision.
        case expiry
    }

    struct Leg {
        let programID: String
        let amountMinor: Int64
        let unit: String
        let earnedMicro: Int64
        let status: String
        let reason: String?
        let configurationVersion: Int64
        /// Whether it was parked, and what decided it at last is on record.
        let isSettledLate: Bool
    }

    let kind: Kind
    let cardID: String
    let spendID: String
    let amountMinor: Int64
    let currencyCode: String
    let merchantCategoryCode: String
    let merchantName: String
    let merchantCountry: String
    let occurredAtMicros: Int64
    let preferenceVersion: Int64
    let weights: String
    let runningBefore: Int64
    let excludedMinor: Int64
    let heldMinor: Int64
    let decision: [UInt8]
    let attribution: String
    let authorizationID: String?
    /// The version that the authorisation pins; nil when there is none of that id on the card.
    let authorizedVersion: Int64?
    /// Nil when the card is missing.
    let cardCurrencyCode: String?
    let cardPreferenceVersion: Int64?
    /// The weights of the pinned version; nil when there is no such version.
    let versionWeights: String?
    /// When the pinned version took effect.
    let versionEffectiveAtMicros: Int64?
    /// The running total of card and weights; nil when there is none.
    let runningTotal: Int64?
    let legs: [Leg]
    /// In the order in which they were made.
    let movements: [Movement]

    /// Card by card, each card's spends and releases in the order in which they were decided.
    static func sql(_ scope: CardScope) -> String {
        """
        select s.card_id, s.spend_id, s.amount_minor, s.currency_code, s.merchant_category_code, s.merchant_name,
            s.merchant_country, s.occurred_at, s.preference_version, s.weights, s.running_before, s.excluded_minor,
            s.held_minor, s.decision, s.attribution, s.authorization_id, a.preference_version, c.currency_code,
            c.preference_version, v.weights, t.total_minor,
            l.programs, l.amounts, l.units, l.earned, l.statuses, l.reasons, l.versions, l.late,
            m.numbers, m.refunds, m.causes, m.amounts, m.afters, m.excluded, m.held,
            k.numbers, k.programs, k.units, k.amounts, k.earned, v.effective_at, m.released, s.outcome
        from (
            select card_id, spend_id, spend_number as number, amount_minor, currency_code, merchant_category_code,
                merchant_name, merchant_country, occurred_at, preference_version, weights, running_before, excluded_minor,
                held_minor, decision, attribution, authorization_id, null as outcome, false as of_release
            from spends where \(scope.holds("card_id"))
            union all
            select r.card_id, r.spend_id, r.release_number, r.amount_minor, p.currency_code, p.merchant_category_code,
                p.merchant_name, p.merchant_country, p.occurred_at, r.preference_version, r.weights, r.running_before,
                r.excluded_minor, 0, coalesce(r.decision, ''), 'latest', null, r.outcome, true
            from releases r join spends p on p.card_id = r.card_id and p.spend_id = r.spend_id
            where \(scope.holds("r.card_id"))
        ) s
        left join cards c on c.card_id = s.card_id
        left join preference_versions v on v.card_id = s.card_id and v.version = s.preference_version
        left join running_totals t on t.card_id = s.card_id and t.weights = s.weights
        left join authorizations a on a.card_id = s.card_id and a.authorization_id = s.authorization_id
        left join (
            select card_id, spend_id, of_release, array_agg(program_id) as programs, array_agg(amount_minor) as amounts,
                array_agg(unit) as units, array_agg(earned_micro) as earned, array_agg(status) as statuses,
                array_agg(reason) as reasons, array_agg(configuration_version::bigint) as versions,
                array_agg((settled_with is not null)::int::bigint) as late
            from legs where \(scope.holds("card_id")) group by card_id, spend_id, of_release
        ) l on l.card_id = s.card_id and l.spend_id = s.spend_id and l.of_release = s.of_release
        left join (
            select card_id, spend_id, array_agg(movement_number) as numbers, array_agg(refund_id) as refunds,
                array_agg(cause) as causes, array_agg(amount_minor) as amounts,
                array_agg(refunded_after_minor) as afters, array_agg(excluded_minor) as excluded,
                array_agg(held_minor) as held, array_agg(released_minor) as released
            from refund_movements where \(scope.holds("card_id")) group by card_id, spend_id
        ) m on m.card_id = s.card_id and m.spend_id = s.spend_id
        left join (
            select x.card_id, x.spend_id, y.of_release, array_agg(x.movement_number) as numbers,
                array_agg(y.program_id) as programs,
                array_agg(y.unit) as units, array_agg(y.amount_minor) as amounts, array_agg(y.earned_micro) as earned
            from refund_movements x
            join clawbacks y on y.card_id = x.card_id and y.movement_number = x.movement_number
            where \(scope.holds("x.card_id")) group by x.card_id, x.spend_id, y.of_release
        ) k on k.card_id = s.card_id and k.spend_id = s.spend_id and k.of_release = s.of_release
        order by s.card_id, s.number
        """
    }

    init(_ row: PostgresRow) throws {
        cardID = try row.get(0)
        spendID = try row.get(1)
        amountMinor = try row.get(2)
        currencyCode = try row.get(3)
        merchantCategoryCode = try row.get(4)
        merchantName = try row.get(5)
        merchantCountry = try row.get(6)
        occurredAtMicros = try row.get(7, as: PostgresTimestamp.self).microsecondsSinceEpoch
        preferenceVersion = try row.get(8)
        weights = try row.get(9)
        runningBefore = try row.get(10)
        excludedMinor = try row.get(11)
        heldMinor = try row.get(12)
        decision = try row.get(13)
        attribution = try row.get(14)
        authorizationID = try row.get(15)
        authorizedVersion = try row.get(16)
        cardCurrencyCode = try row.get(17)
        cardPreferenceVersion = try row.get(18)
        versionWeights = try row.get(19)
        runningTotal = try row.get(20)
        legs = try Self.legs(row, from: 21)
        let outcome = try row.get(43, as: String?.self)
        kind = outcome.map { $0 == "released" ? .release : .expiry } ?? .spend
        let all = try Movement.all(row, from: 29, released: 42)
        movements = outcome == nil ? all.map(\.ofSpend) : Movement.ofRelease(all)
        versionEffectiveAtMicros = try row.get(41, as: PostgresTimestamp?.self)?.microsecondsSinceEpoch
    }

    private static func legs(_ row: PostgresRow, from column: Int) throws -> [Leg] {
        guard let programs = try row.get(column, as: [String]?.self) else { return [] }
        let amounts = try row.get(column + 1, as: [Int64].self)
        let units = try row.get(column + 2, as: [String].self)
        let earned = try row.get(column + 3, as: [Int64].self)
        let statuses = try row.get(column + 4, as: [String].self)
        let reasons = try row.get(column + 5, as: [String?].self)
        let versions = try row.get(column + 6, as: [Int64].self)
        let late = try row.get(column + 7, as: [Int64].self)
        return programs.indices.map { index in
            Leg(
                programID: programs[index], amountMinor: amounts[index], unit: units[index], earnedMicro: earned[index],
                status: statuses[index], reason: reasons[index], configurationVersion: versions[index],
                isSettledLate: late[index] != 0)
        }
    }

    /// The table that a violation of the row names.
    var table: String { kind == .spend ? "spends" : "releases" }

    var key: [String: String] { ["card_id": cardID, "spend_id": spendID] }

    func key(ofLeg programID: String) -> [String: String] {
        ["card_id": cardID, "spend_id": spendID, "program_id": programID]
    }

    func key(of movement: Movement) -> [String: String] {
        [
            "card_id": cardID, "spend_id": spendID, "movement_number": "\(movement.number)",
            "refund_id": movement.refundID,
        ]
    }
}
