import PostgreSQL

/// A spend with its legs, what was taken back from it, and what it points to, as one row of the audit's query.
///
/// The release of what a spend held is such a row of its own: its amount is what was held, its legs are those of the
/// release, and a movement of it is what refunds took from the release. So whatever holds for a spend is checked for
/// both.
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
    static func query(_ scope: CardScope) -> Query<SpendRow> {
        Query(sql(scope), scope.parameters, read: SpendRow.init)
    }

    private static func sql(_ scope: CardScope) -> String {
        """
        select s.card_id, s.spend_id, s.amount_minor, s.currency_code, s.merchant_category_code, s.merchant_name,
            s.merchant_country, s.occurred_at, s.preference_version, s.weights, s.running_before, s.excluded_minor,
            s.held_minor, s.decision, s.attribution, s.authorization_id, a.preference_version as authorized_version,
            c.currency_code as card_currency_code, c.preference_version as card_preference_version,
            v.weights as version_weights, v.effective_at as version_effective_at, t.total_minor as running_total,
            l.programs as leg_programs, l.amounts as leg_amounts, l.units as leg_units, l.earned as leg_earned,
            l.statuses as leg_statuses, l.reasons as leg_reasons, l.versions as leg_versions, l.late as leg_late,
            s.outcome, m.numbers as movement_numbers, m.refunds as movement_refunds, m.causes as movement_causes,
            m.amounts as movement_amounts, m.afters as movement_afters, m.excluded as movement_excluded,
            m.held as movement_held, m.released as movement_released,
            k.numbers as clawback_numbers, k.programs as clawback_programs, k.units as clawback_units,
            k.amounts as clawback_amounts, k.earned as clawback_earned
        from (
            select card_id, spend_id, spend_number as number, amount_minor, currency_code, merchant_category_code,
                merchant_name, merchant_country, occurred_at, preference_version, weights, running_before,
                    excluded_minor,
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
        cardID = try row.get("card_id")
        spendID = try row.get("spend_id")
        amountMinor = try row.get("amount_minor")
        currencyCode = try row.get("currency_code")
        merchantCategoryCode = try row.get("merchant_category_code")
        merchantName = try row.get("merchant_name")
        merchantCountry = try row.get("merchant_country")
        occurredAtMicros = try row.get("occurred_at", as: PostgresTimestamp.self).microsecondsSinceEpoch
        preferenceVersion = try row.get("preference_version")
        weights = try row.get("weights")
        runningBefore = try row.get("running_before")
        excludedMinor = try row.get("excluded_minor")
        heldMinor = try row.get("held_minor")
        decision = try row.get("decision")
        attribution = try row.get("attribution")
        authorizationID = try row.get("authorization_id")
        authorizedVersion = try row.get("authorized_version")
        cardCurrencyCode = try row.get("card_currency_code")
        cardPreferenceVersion = try row.get("card_preference_version")
        versionWeights = try row.get("version_weights")
        versionEffectiveAtMicros = try row.get("version_effective_at", as: PostgresTimestamp?.self)?
            .microsecondsSinceEpoch
        runningTotal = try row.get("running_total")
        legs = try Self.legs(row)
        let outcome = try row.get("outcome", as: String?.self)
        kind = outcome.map { $0 == "released" ? .release : .expiry } ?? .spend
        let all = try Movement.all(row)
        movements = outcome == nil ? all.map(\.ofSpend) : Movement.ofRelease(all)
    }

    private static func legs(_ row: PostgresRow) throws -> [Leg] {
        guard let programs = try row.get("leg_programs", as: [String]?.self) else { return [] }
        let amounts = try row.get("leg_amounts", as: [Int64].self)
        let units = try row.get("leg_units", as: [String].self)
        let earned = try row.get("leg_earned", as: [Int64].self)
        let statuses = try row.get("leg_statuses", as: [String].self)
        let reasons = try row.get("leg_reasons", as: [String?].self)
        let versions = try row.get("leg_versions", as: [Int64].self)
        let late = try row.get("leg_late", as: [Int64].self)
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
