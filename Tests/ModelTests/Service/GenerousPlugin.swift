import AllocationPlugin
import Rewards

/// So many millionths of a point for each minor unit that a few purchases fill a position, and no more than four of
/// them at once.
struct GenerousPlugin: AllocationPlugin {
    static let name = "generous"
    static let version = "1.0.0"
    static let summary = "Fills positions."
    static let configurationSchema = "{}"
    static let microMax: Int64 = 4_000_000_000_000_000_000

    private let microPerMinor: Int64

    init(configuration: JSONValue) throws(PluginConfigurationError) {
        microPerMinor = configuration["microPerMinor"]?.string.flatMap { Int64($0) } ?? 1
    }

    func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
        let (product, overflow) = request.shareMinor.multipliedReportingOverflow(by: microPerMinor)
        let micro = overflow ? Self.microMax : min(product, Self.microMax)
        return AllocationAnswer(acceptedMinor: request.shareMinor, earning: .points(MicroPoints(micro)))
    }
}
