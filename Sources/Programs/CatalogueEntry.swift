import Cosmo
import Rewards

/// What Cosmo's catalogue says of one program, as it is stored.
struct CatalogueEntry: Sendable, Hashable {
    let programID: String
    let name: String
    let currencyCode: String?
    let localCurrencyCode: String?
    let limits: IssuanceLimits
    /// Nil when Cosmo could not tell this time.
    let requiredFields: [String]?
    /// What else it says, for people.
    let catalogueJSON: String

    /// Reads an answer of Cosmo's; a minimum of zero is none, a missing maximum is unlimited.
    ///
    /// Limits that no program can mean (a maximum under the minimum) are taken as they are: the planner then plans
    /// nothing and says why, which is safer than to guess.
    init(_ program: CosmoProgram, requiredFields: [String]?) {
        programID = program.id
        name = program.name
        currencyCode = program.programCurrency
        localCurrencyCode = program.localCurrency
        limits = IssuanceLimits(
            minimumPoints: program.pointsLimits.minimumWhole, maximumPoints: program.pointsLimits.maximumWhole,
            minimumValue: program.valueLimits.minimumWhole, maximumValue: program.valueLimits.maximumWhole)
        self.requiredFields = requiredFields
        let facts: [(String, String?)] = [
            ("brandDescription", program.brandDescription), ("businessName", program.businessName),
            ("industry", program.industry), ("logoURL", program.logoURL),
            ("pricePerPoint", program.pricePerPoint.map { "\($0)" }),
            ("pricePerPointInLocalCurrency", program.pricePerPointInLocalCurrency.map { "\($0)" }),
            ("pricePerPointInUSD", program.pricePerPointInUSD.map { "\($0)" }),
            ("termsAndConditionsURL", program.termsAndConditionsURL),
        ]
        let members = facts.compactMap { name, value in
            // PostgreSQL's jsonb cannot hold U+0000.
            value.map { JSONObject.Member(name, .string($0.filter { $0 != "\0" })) }
        }
        catalogueJSON = JSONObject(members).map { JSONValue.object($0).canonicalText } ?? "{}"
    }

    var requiredFieldsJSON: String? {
        requiredFields.map { JSONValue.array($0.map(JSONValue.string)).canonicalText }
    }

    /// Whether storing this would change what the rest of the service sees of a program.
    func differs(from program: Program) -> Bool {
        !program.isListed || name != program.name || currencyCode != program.currencyCode
            || (requiredFields != nil && requiredFields != program.requiredFields) || termsDiffer(from: program)
    }

    /// Whether it changes what may be issued.
    func termsDiffer(from program: Program) -> Bool {
        !program.isListed || limits != program.limits || localCurrencyCode != program.localCurrencyCode
    }
}
