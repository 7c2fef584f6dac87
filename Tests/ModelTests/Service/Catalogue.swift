import CosmoSandbox

/// The programs of a history, and the configurations each may be given while it runs.
enum Catalogue {
    /// Points at a rate that divides nothing evenly.
    static let flat = "prg_a"
    /// Points by the month's spending, capped.
    static let tiers = "prg_b"
    /// Value back, converted by the program itself.
    static let value = "prg_c"
    /// Points, and no plugin at first, so that its legs park.
    static let late = "prg_d"

    static let ids = [flat, tiers, value, late]

    static func isValue(_ program: String) -> Bool { program == value }

    /// The least whole units of one issuance, the most of one, and the millionths in a unit.
    static func limits(_ program: String) -> (minimum: Int64, maximum: Int64?, unitMicro: Int64) {
        switch program {
        case tiers: (5, 40, 1_000_000)
        case value: (1, 3, 100_000_000)
        default: (1, nil, 1_000_000)
        }
    }

    static let programs = ids.map { id in
        let limits = limits(id)
        return SandboxProgram(
            id: id, name: "Program \(id)", businessName: "Program Ltd", industry: "Retail", programCurrency: "USD",
            pricePerPointInUsd: "0.01", pricePerPoint: "0.01", pricePerPointInLocalCurrency: "0.01",
            minAmountOfPoints: isValue(id) ? 0 : limits.minimum,
            maxAmountOfPoints: isValue(id) ? 0 : limits.maximum ?? 0,
            minValue: isValue(id) ? limits.minimum : 0, maxValue: isValue(id) ? limits.maximum ?? 0 : 0)
    }

    /// A configuration as the service takes it, and the same as the reference model reads it.
    struct Configuration: Sendable {
        let plugin: String
        let json: String
        let naive: NaivePlugin
    }

    static func configurations(_ program: String) -> [Configuration] {
        switch program {
        case tiers: tiered
        case value: [flatRate("7.77", isValue: true), flatRate("12.345678", isValue: true)]
        default: [flatRate("12.345678"), flatRate("3.333333"), flatRate("10"), flatRate("0")]
        }
    }

    /// Points by the ten million billion millionths for each cent.
    static func generous(tens: Int64) -> Configuration {
        let rate = tens * 10_000_000_000_000_000
        return Configuration(
            plugin: GenerousPlugin.name, json: "{\"microPerMinor\":\"\(rate)\"}",
            naive: .generous(rate: rate))
    }

    private static func flatRate(_ rate: String, isValue: Bool = false) -> Configuration {
        let name = isValue ? "percentBack" : "pointsPerMajorUnit"
        return Configuration(
            plugin: "flat-rate", json: "{\"\(name)\":\"\(rate)\"}",
            naive: .flat(rate: millionths(rate), isValue: isValue))
    }

    private static let tiered = [
        tiers("5", upTo: 10, then: "2.718281", cap: ("spending", 40, "refuse")),
        tiers("4.5", upTo: 25, then: "1.111111", cap: ("earning", 150, "absorb")),
        tiers("8.000001", upTo: 5, then: "0", cap: ("spending", 12, "absorb")),
        tiers("3", upTo: 30, then: "7.654321", cap: ("earning", 90, "refuse")),
        tiers("9.99", upTo: 15, then: "6", cap: nil),
    ]

    private static func tiers(
        _ first: String, upTo: Int64, then second: String, cap: (on: String, limit: Int64, beyond: String)?
    ) -> Configuration {
        let capText =
            cap.map { ",\"cap\":{\"on\":\"\($0.on)\",\"limit\":\($0.limit),\"beyond\":\"\($0.beyond)\"}" } ?? ""
        let naiveCap = cap.map { cap in
            NaivePlugin.Cap(
                isOnEarning: cap.on == "earning", limit: cap.limit * (cap.on == "earning" ? 1_000_000 : 100),
                refuses: cap.beyond == "refuse")
        }
        return Configuration(
            plugin: "capped-tiers",
            json: "{\"tiers\":[{\"upTo\":\(upTo),\"rate\":\"\(first)\"},{\"rate\":\"\(second)\"}]\(capText)}",
            naive: .tiers(
                [.init(upTo: upTo * 100, rate: millionths(first)), .init(upTo: nil, rate: millionths(second))],
                cap: naiveCap))
    }

    private static func millionths(_ text: String) -> Int64 {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        let padded = fraction + String(repeating: "0", count: 6 - fraction.count)
        return (Int64(parts[0]) ?? 0) * 1_000_000 + (Int64(padded) ?? 0)
    }
}
