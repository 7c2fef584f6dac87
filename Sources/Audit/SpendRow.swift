import PostgreSQL

/// A spend with its legs and what it points to, as one row of the audit's query.
struct SpendRow {
    struct Leg {
        let programID: String
        let amountMinor: Int64
        let unit: String
        let earnedMicro: Int64
        let status: String
        let reason: String?
        let configurationVersion: Int64
    }

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
    /// Nil when the card is missing.
    let cardCurrencyCode: String?
    let cardPreferenceVersion: Int64?
    /// The weights of the pinned version; nil when there is no such version.
    let versionWeights: String?
    /// Where the running total of card and weights stands; nil when there is none.
    let runningTotal: Int64?
    let legs: [Leg]

    /// Card by card and vector by vector in the order of the running total, so that each chain is read in one go.
    ///
    /// The lateral joins keep that order and look legs up by their key, so neither side holds more than one card.
    static let sql = """
        select s.card_id, s.spend_id, s.amount_minor, s.currency_code, s.merchant_category_code, s.merchant_name,
            s.merchant_country, s.occurred_at, s.preference_version, s.weights, s.running_before, s.excluded_minor,
            s.held_minor, s.decision, c.currency_code as card_currency_code,
            c.preference_version as card_preference_version, v.weights as version_weights, t.total_minor,
            l.programs, l.amounts, l.units, l.earned, l.statuses, l.reasons, l.versions
        from spends s
        left join cards c on c.card_id = s.card_id
        left join preference_versions v on v.card_id = s.card_id and v.version = s.preference_version
        left join running_totals t on t.card_id = s.card_id and t.weights = s.weights
        left join lateral (
            select array_agg(program_id) as programs, array_agg(amount_minor) as amounts, array_agg(unit) as units,
                array_agg(earned_micro) as earned, array_agg(status) as statuses, array_agg(reason) as reasons,
                array_agg(configuration_version::bigint) as versions
            from legs where legs.card_id = s.card_id and legs.spend_id = s.spend_id
        ) l on true
        order by s.card_id, s.weights, s.running_before, s.spend_number
        """

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
        cardCurrencyCode = try row.get("card_currency_code")
        cardPreferenceVersion = try row.get("card_preference_version")
        versionWeights = try row.get("version_weights")
        runningTotal = try row.get("total_minor")
        legs = try Self.legs(row)
    }

    private static func legs(_ row: PostgresRow) throws -> [Leg] {
        guard let programs = try row.get("programs", as: [String]?.self) else { return [] }
        let amounts = try row.get("amounts", as: [Int64].self)
        let units = try row.get("units", as: [String].self)
        let earned = try row.get("earned", as: [Int64].self)
        let statuses = try row.get("statuses", as: [String].self)
        let reasons = try row.get("reasons", as: [String?].self)
        let versions = try row.get("versions", as: [Int64].self)
        return programs.indices.map { index in
            Leg(
                programID: programs[index], amountMinor: amounts[index], unit: units[index], earnedMicro: earned[index],
                status: statuses[index], reason: reasons[index], configurationVersion: versions[index])
        }
    }

    var key: [String: String] { ["card_id": cardID, "spend_id": spendID] }

    func key(ofLeg programID: String) -> [String: String] {
        ["card_id": cardID, "spend_id": spendID, "program_id": programID]
    }
}
