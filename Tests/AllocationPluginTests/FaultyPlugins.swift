import AllocationPlugin
import Rewards
import Synchronization

/// A plugin whose answer is a closure, for planting faults.
struct PlantedPlugin: AllocationPlugin {
    static let name = "planted"
    static let version = "1.0.0"
    static let summary = "A plugin with a planted fault."
    static let configurationSchema = #"{"type":"object"}"#

    typealias Body = @Sendable (AllocationRequest) throws(AllocationError) -> AllocationAnswer

    let accumulates: Period?
    private let body: Body

    init(accumulates: Period? = nil, _ body: @escaping Body) {
        self.accumulates = accumulates
        self.body = body
    }

    init(configuration: JSONValue) throws(PluginConfigurationError) {
        self.init { (request) throws(AllocationError) -> AllocationAnswer in Answers.points(request, 0) }
    }

    func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer { try body(request) }
}

/// A plugin that takes all it is offered and whose fixed part is a closure.
struct PlantedFixedPartPlugin: FixedPartPlugin {
    static let name = "planted-fixed-part"
    static let version = "1.0.0"
    static let summary = "A plugin with a planted fault in its fixed part."
    static let configurationSchema = #"{"type":"object"}"#

    typealias Body = @Sendable (Purchase) throws(AllocationError) -> Int64

    private let body: Body

    init(_ body: @escaping Body) { self.body = body }

    init(configuration: JSONValue) throws(PluginConfigurationError) {
        self.init { (_) throws(AllocationError) -> Int64 in 0 }
    }

    func fixedMinor(_ purchase: Purchase) throws(AllocationError) -> Int64 { try body(purchase) }

    func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
        Answers.points(request, 0)
    }
}

enum Answers {
    /// Takes the whole share.
    static func points(_ request: AllocationRequest, _ micro: Int64) -> AllocationAnswer {
        AllocationAnswer(acceptedMinor: request.shareMinor, earning: .points(MicroPoints(micro)))
    }

    /// Takes a part and names what it refuses.
    static func part(_ request: AllocationRequest, _ accepted: Int64, _ micro: Int64) -> AllocationAnswer {
        let refused = request.shareMinor - accepted
        return AllocationAnswer(
            acceptedMinor: accepted, earning: .points(MicroPoints(micro)),
            adjustments: refused > 0 ? [Adjustment(.refused, reason: "PART", amountMinor: refused)] : [])
    }
}

/// A number that plugins with a planted memory count in.
final class Memory: Sendable {
    private let count = Atomic<Int64>(0)

    func next() -> Int64 { count.add(1, ordering: .relaxed).newValue }
}
