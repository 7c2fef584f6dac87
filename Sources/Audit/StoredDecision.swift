import Rewards

/// The facts of a stored decision, read from its bytes as plain JSON rather than by the code that writes decisions.
struct StoredDecision {
    struct Leg {
        let programID: String
        let amountMinor: Int64
        let isParked: Bool
        let unit: String?
        let earnedMicro: Int64
        let fault: String?
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
    let totalBefore: Int64
    let totalAfter: Int64
    let shares: [Int64]
    let excludedMinor: Int64
    let heldMinor: Int64
    let legs: [Leg]

    /// Why bytes are no decision.
    struct Unreadable: Error {
        let words: String
    }

    init(_ bytes: [UInt8]) throws(Unreadable) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Unreadable(words: "\(error.reason) at byte \(error.atByte)")
        }
        guard document.canonicalBytes == bytes else { throw Unreadable(words: "not in canonical form") }
        guard document["format"]?.int64 == 1 else { throw Unreadable(words: "an unknown format") }
        let input = try Self.required(document["input"], "input")
        cardID = try Self.text(input, "card")
        spendID = try Self.text(input, "spend")
        amountMinor = try Self.integer(input, "amount")
        currencyCode = try Self.text(input, "currency")
        merchantCategoryCode = try Self.text(input, "mcc")
        merchantName = try Self.text(input, "merchant")
        merchantCountry = try Self.text(input, "country")
        occurredAtMicros = try Self.integer(input, "occurredAtMicros")
        preferenceVersion = try Self.integer(document, "preferenceVersion")
        excludedMinor = try Self.integer(document, "excluded")
        heldMinor = try Self.integer(document, "held")
        let certificate = try Self.required(document["certificate"], "certificate")
        weights = try Self.text(certificate, "weights")
        totalBefore = try Self.integer(certificate, "before")
        totalAfter = try Self.integer(certificate, "after")
        let shareValues = try Self.required(certificate["shares"]?.array, "certificate.shares")
        shares = shareValues.compactMap(\.int64)
        guard shares.count == shareValues.count else { throw Unreadable(words: "certificate.shares is not integers") }
        var legs: [Leg] = []
        for leg in try Self.required(document["legs"]?.array, "legs") { legs.append(try Leg(leg)) }
        self.legs = legs
    }

    fileprivate static func required<Value>(_ value: Value?, _ name: String) throws(Unreadable) -> Value {
        guard let value else { throw Unreadable(words: "\(name) is missing or of the wrong kind") }
        return value
    }

    fileprivate static func text(_ object: JSONValue, _ name: String) throws(Unreadable) -> String {
        try required(object[name]?.string, name)
    }

    fileprivate static func integer(_ object: JSONValue, _ name: String) throws(Unreadable) -> Int64 {
        try required(object[name]?.int64, name)
    }
}

extension StoredDecision.Leg {
    fileprivate init(_ leg: JSONValue) throws(StoredDecision.Unreadable) {
        programID = try StoredDecision.text(leg, "program")
        amountMinor = try StoredDecision.integer(leg, "amount")
        fault = leg["fault"]?.string
        configurationVersion = leg["plugin"]?["configurationVersion"]?.int64 ?? 0
        switch try StoredDecision.text(leg, "status") {
        case "PARKED":
            isParked = true
            unit = nil
            earnedMicro = 0
        case "EARNED":
            isParked = false
            if let points = leg["earning"]?["microPoints"]?.int64 {
                unit = "points"
                earnedMicro = points
            } else {
                unit = "value"
                earnedMicro = try StoredDecision.required(leg["earning"]?["microMinor"]?.int64, "earning")
            }
        default:
            throw StoredDecision.Unreadable(words: "a leg's status is unknown")
        }
    }
}
