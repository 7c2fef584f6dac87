import AllocationPlugin
import AllocationPlugins
import Rewards
import Testing

@Suite("The category table")
struct CategoryTableTests {
    private static let names = [
        "CASH", "QUASI_CASH", "GAMBLING", "FINANCIAL", "INSURANCE", "GOVERNMENT", "AIRLINES", "CAR_RENTAL", "LODGING",
        "RAIL",
        "LOCAL_TRANSPORT", "TRAVEL_AGENCIES", "CRUISES", "GROCERIES", "DINING", "FUEL", "PHARMACY", "UTILITIES",
        "TELECOM",
        "DEPARTMENT_STORES", "CLOTHING", "HOME", "ELECTRONICS", "HEALTH", "EDUCATION", "ENTERTAINMENT",
    ]

    @Test("no code belongs to two categories, and every category has codes")
    func disjoint() throws {
        let euro = try CurrencyCode("EUR")
        let plugins = try Self.names.map { name in
            try CategoryPlugin(configuration: [
                "categories": "2026-11", "defaultRate": "1", "exclusions": [.string(name)],
            ])
        }
        var counts = [Int](repeating: 0, count: plugins.count)
        for number in 0..<10_000 {
            let code = String(String(number + 10_000).dropFirst())
            let request = AllocationRequest(
                shareMinor: 1,
                of: Purchase(
                    amount: Money(currency: euro, minorUnits: 1), merchantCategoryCode: code, occurredAtMicros: 0))
            var owners: [Int] = []
            for (index, plugin) in plugins.enumerated() where try plugin.allocate(request).acceptedMinor == 0 {
                owners.append(index)
            }
            #expect(owners.count <= 1, "\(code): \(owners.map { Self.names[$0] })")
            for owner in owners { counts[owner] += 1 }
        }
        #expect(counts.allSatisfy { $0 > 0 })
    }
}
