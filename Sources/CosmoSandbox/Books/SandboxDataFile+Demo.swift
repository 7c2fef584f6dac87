extension SandboxDataFile {
    /// What ships with the project: six programs of varied price, limit and currency, one whose partnership has ended,
    /// and the contract's assumed table of errors.
    package static let demo = SandboxDataFile(
        profile: [
            "name": "Demo Card Issuer", "programId": "prg_own", "programName": "Demo Rewards",
            "legalEntity": "Demo Card Issuer Ltd", "logo": "https://example.org/logo.png", "industry": "Banking",
            "country": "United States", "address": "1 Example Street", "city": "Springfield", "zipCode": "00001",
            "localCurrency": "USD", "technicalContact": "On call", "technicalContactEmail": "tech@example.org",
            "billingContact": "Accounts", "billingContactEmail": "billing@example.org", "countryCode": "1",
            "phone": "5550100",
        ],
        programs: demoPrograms,
        errors: contractErrors)

    private static let demoPrograms = [
        SandboxProgram(
            id: "prg_sky", name: "Sky Miles Demo", businessName: "Sky Demo LLC", industry: "Airline",
            programCurrency: "AED", pricePerPointInUsd: "0.0125", pricePerPoint: "0.0459",
            pricePerPointInLocalCurrency: "0.0125", minAmountOfPoints: 100, maxAmountOfPoints: 100_000, minValue: 2,
            maxValue: 1_250),
        SandboxProgram(
            id: "prg_stay", name: "Stay Nights Demo", businessName: "Stay Demo GmbH", industry: "Hotels",
            programCurrency: "EUR", pricePerPointInUsd: "0.0072", pricePerPoint: "0.0066",
            pricePerPointInLocalCurrency: "0.0072", minAmountOfPoints: 1, maxAmountOfPoints: 0, minValue: 1),
        SandboxProgram(
            id: "prg_fuel", name: "Fuel Club Demo", businessName: "Fuel Demo Inc", industry: "Fuel",
            programCurrency: "USD", pricePerPointInUsd: "0.004", pricePerPoint: "0.004",
            pricePerPointInLocalCurrency: "0.004", minAmountOfPoints: 10, maxAmountOfPoints: 5_000, minValue: 1,
            maxValue: 20),
        SandboxProgram(
            id: "prg_shop", name: "Shop Points Demo", businessName: "Shop Demo KK", industry: "Retail",
            programCurrency: "JPY", pricePerPointInUsd: "0.0067", pricePerPoint: "1",
            pricePerPointInLocalCurrency: "0.0067", minAmountOfPoints: 1, maxAmountOfPoints: 50_000, minValue: 1,
            maxValue: 335, fields: ["destinationUserEmail": true, "destinationUserId": false]),
        SandboxProgram(
            id: "prg_rail", name: "Rail Bonus Demo", businessName: "Rail Demo KSC", industry: "Rail",
            programCurrency: "KWD", pricePerPointInUsd: "0.0163", pricePerPoint: "0.005",
            pricePerPointInLocalCurrency: "0.0163", minAmountOfPoints: 5, maxAmountOfPoints: 10_000, minValue: 1,
            maxValue: 163, fields: ["destinationUserEmail": true, "destinationUserId": true], memberPrefix: "R-"),
        SandboxProgram(
            id: "prg_cash", name: "Cash Back Demo", businessName: "Cash Demo Bank", industry: "Banking",
            programCurrency: "USD", pricePerPointInUsd: "0.01", pricePerPoint: "0.01",
            pricePerPointInLocalCurrency: "0.01", minAmountOfPoints: 0, maxAmountOfPoints: 1_000_000, minValue: 1,
            maxValue: 10_000, allowsExactPoints: false),
        SandboxProgram(
            id: "prg_closed", name: "Closed Club Demo", businessName: "Closed Demo Ltd", industry: "Retail",
            programCurrency: "USD", pricePerPointInUsd: "0.01", pricePerPoint: "0.01",
            pricePerPointInLocalCurrency: "0.01", isActive: false),
    ]

    /// The assumed table of contract section 6.1.
    package static let contractErrors = [
        SandboxErrorRow(
            destinationUserId: "SIM-INVALID-MEMBER", onValidate: .invalidMember, onIssuance: .invalidMember),
        SandboxErrorRow(destinationUserId: "SIM-TOKEN-EXPIRED", onValidate: .unauthorized, onIssuance: .unauthorized),
        SandboxErrorRow(destinationUserId: "SIM-MISSING-FIELD", onValidate: .missingFields, onIssuance: .missingFields),
        SandboxErrorRow(destinationUserId: "SIM-VALUE-LIMIT", onValidate: .none, onIssuance: .valueLimit),
        SandboxErrorRow(destinationUserId: "SIM-POINTS-LIMIT", onValidate: .none, onIssuance: .pointsLimit),
        SandboxErrorRow(destinationUserId: "SIM-BAD-PROGRAM", onValidate: .invalidProgram, onIssuance: .invalidProgram),
        SandboxErrorRow(
            destinationUserId: "SIM-NO-PARTNERSHIP", onValidate: .noPartnership, onIssuance: .noPartnership),
        SandboxErrorRow(destinationUserId: "SIM-SERVER-ERROR", onValidate: .serverError, onIssuance: .serverError),
        SandboxErrorRow(destinationUserId: "SIM-TIMEOUT-COMMITTED", onValidate: .slow, onIssuance: .timeoutCommitted),
        SandboxErrorRow(destinationUserId: "SIM-TIMEOUT-LOST", onValidate: .slow, onIssuance: .timeoutLost),
    ]
}
