import AllocationPlugin
import Rewards

/// A category configuration worked out into one rule for each merchant category code.
///
/// Exclusions come first; of several rates that name a code the first in the list counts; the rest is the default.
struct CategoryRulebook {
    private(set) var rules: [CategoryPlugin.Rule] = []
    private(set) var ruleOfCode = [UInt8](repeating: 0, count: 10_000)
    private(set) var ruleOfUnknownCode = 0

    private enum UnknownCode: String, CaseIterable {
        case `default`
        case refuse
    }

    init(_ configuration: JSONValue) throws(PluginConfigurationError) {
        let reader = ConfigurationReader(configuration)
        try reader.object(members: ["categories", "mode", "defaultRate", "rates", "exclusions", "unknownCode"])
        let version = try reader.member("categories")
        guard let table = MerchantCategories.table(version: try version.string()) else {
            throw version.error(
                "must be a known version of the category table: \(Self.quoted(MerchantCategories.versions))")
        }
        let mode = try reader.optional("mode")?.choice(of: RewardRate.Mode.self) ?? .points
        let defaultRate = try RewardRate(try reader.member("defaultRate"), mode: mode)
        rules.append(CategoryPlugin.Rule(rate: defaultRate, mode: mode, reason: nil))

        for name in try Self.exclusions(reader, table) {
            for category in table where category.name == name {
                set(category.ranges, CategoryPlugin.Rule(rate: nil, mode: mode, reason: "EXCLUDED_\(name)"))
            }
        }
        for entry in try reader.optional("rates")?.elements(count: 0...64) ?? [] {
            let (name, ranges) = try Self.codes(entry, table)
            let rate = try RewardRate(try entry.member("rate"), mode: mode)
            set(ranges, CategoryPlugin.Rule(rate: rate, mode: mode, reason: name))
        }
        if try reader.optional("unknownCode")?.choice(of: UnknownCode.self) == .refuse {
            ruleOfUnknownCode = rules.count
            rules.append(CategoryPlugin.Rule(rate: nil, mode: mode, reason: "CODE_UNKNOWN"))
        }
    }

    /// Gives a rule to the codes that have none yet.
    private mutating func set(_ ranges: [ClosedRange<Int>], _ rule: CategoryPlugin.Rule) {
        // At most 1 + 64 + 64 + 1 rules exist, so a byte holds the place.
        let place = UInt8(rules.count)
        rules.append(rule)
        for code in ranges.joined() where ruleOfCode[code] == 0 { ruleOfCode[code] = place }
    }

    private static func exclusions(
        _ reader: ConfigurationReader, _ table: [MerchantCategory]
    ) throws(PluginConfigurationError) -> [String] {
        guard let exclusions = reader.optional("exclusions") else { return ["CASH", "QUASI_CASH", "GAMBLING"] }
        var names: [String] = []
        for element in try exclusions.elements(count: 0...64) { names.append(try category(element, table).name) }
        return names
    }

    private static func category(
        _ reader: ConfigurationReader, _ table: [MerchantCategory]
    ) throws(PluginConfigurationError) -> MerchantCategory {
        let name = try reader.string()
        guard let category = table.first(where: { $0.name == name }) else {
            throw reader.error("must be one of \(quoted(table.map(\.name)))")
        }
        return category
    }

    /// What a rate applies to: a category of the table, or a name with codes of its own.
    private static func codes(
        _ entry: ConfigurationReader, _ table: [MerchantCategory]
    ) throws(PluginConfigurationError) -> (name: String, ranges: [ClosedRange<Int>]) {
        try entry.object(members: ["category", "name", "codes", "rate"])
        if let named = entry.optional("category") {
            guard entry.optional("name") == nil, entry.optional("codes") == nil else {
                throw entry.error("must have either category, or name and codes")
            }
            let category = try category(named, table)
            return (category.name, category.ranges)
        }
        let name = try entry.member("name")
        let text = try name.string(bytes: 1...40)
        guard isReason(text) else { throw name.error("must be upper-case letters, digits and _, a letter first") }
        var ranges: [ClosedRange<Int>] = []
        for code in try entry.member("codes").elements(count: 1...64) { ranges.append(try range(code)) }
        return (text, ranges)
    }

    private static func range(_ reader: ConfigurationReader) throws(PluginConfigurationError) -> ClosedRange<Int> {
        let ends = try reader.string().split(separator: "-", omittingEmptySubsequences: false)
        let codes = ends.compactMap {
            $0.utf8.count == 4 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int($0) : nil
        }
        guard (1...2).contains(ends.count), codes.count == ends.count, let first = codes.first, let last = codes.last,
            first <= last
        else { throw reader.error("must be four digits, or two such codes in order joined by -") }
        return first...last
    }

    private static func isReason(_ text: String) -> Bool {
        text.utf8.enumerated().allSatisfy { place, byte in
            (0x41...0x5A).contains(byte) || place > 0 && ((0x30...0x39).contains(byte) || byte == 0x5F)
        }
    }

    private static func quoted(_ words: [String]) -> String { words.map { "\"\($0)\"" }.joined(separator: ", ") }
}
