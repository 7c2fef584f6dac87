package import AllocationPlugin
package import Rewards

/// A plugin with one program's configuration, and the checks of the host around it.
///
/// **Concurrency** Immutable; call it from any thread.
package struct InstalledPlugin: Sendable {
    /// The program.
    package let programID: String
    /// What a decision stores of it.
    package let identity: PluginIdentity
    /// The configuration.
    package let configuration: JSONValue
    /// The period whose totals must come with an offer, or nil.
    package let period: Period?
    /// The rule itself, for the conformance suite.
    package let plugin: any AllocationPlugin
    /// The same rule when it may ask for a fixed part of a spend.
    private let fixedPartPlugin: (any FixedPartPlugin)?

    /// Whether the plugin may ask for a fixed part of a spend.
    package var asksForFixedParts: Bool { fixedPartPlugin != nil }

    init(programID: String, plugin: any AllocationPlugin, configuration: JSONValue, configurationVersion: Int64) {
        let type = type(of: plugin)
        self.programID = programID
        self.plugin = plugin
        self.fixedPartPlugin = plugin as? any FixedPartPlugin
        self.configuration = configuration
        self.period = plugin.accumulates
        self.identity = PluginIdentity(
            plugin: "\(type.name)@\(type.version)",
            digest: PluginDigest.of(plugin: type.name, version: type.version, configuration: configuration),
            configurationVersion: configurationVersion)
    }

    /// Asks the plugin about an offer and checks the answer.
    ///
    /// One spend in 64, chosen by its id so that a replay chooses the same, is asked twice: a plugin whose answers
    /// differ is faulty.
    /// **Errors** ``LegFault`` with the plugin's own reason, an ``AnswerDefect``'s, or `PLUGIN_NOT_DETERMINISTIC`.
    package func answer(_ offer: LegOffer, input: SpendInput) throws(LegFault) -> LegAnswer {
        let request = AllocationRequest(
            shareMinor: offer.shareMinor, of: input.purchase.amounting(to: offer.wholeMinor),
            periodTotals: offer.periodTotals ?? .zero)
        let answer = try checkedAnswer(request)
        if Self.isSampled(input.spendID), try checkedAnswer(request) != answer {
            throw LegFault(reason: "PLUGIN_NOT_DETERMINISTIC", plugin: identity)
        }
        return LegAnswer(
            acceptedMinor: answer.acceptedMinor, earning: answer.earning, adjustments: answer.adjustments,
            plugin: identity)
    }

    /// Asks the plugin how much of a whole spend its program wants ahead of the split, in minor units; zero for a
    /// plugin that never asks. More than the spend means all of it.
    ///
    /// One spend in 64 is asked about twice, as in ``answer(_:input:)``.
    /// **Errors** ``LegFault`` with the plugin's own reason, `PLUGIN_FIXED_PART_NEGATIVE` or
    /// `PLUGIN_NOT_DETERMINISTIC`.
    package func fixedMinor(ofWhole wholeMinor: Int64, input: SpendInput) throws(LegFault) -> Int64 {
        guard let fixedPartPlugin else { return 0 }
        let purchase = input.purchase.amounting(to: wholeMinor)
        let asked = try checkedFixedMinor(fixedPartPlugin, purchase)
        if Self.isSampled(input.spendID), try checkedFixedMinor(fixedPartPlugin, purchase) != asked {
            throw LegFault(reason: "PLUGIN_NOT_DETERMINISTIC", plugin: identity)
        }
        return asked
    }

    private func checkedFixedMinor(
        _ plugin: any FixedPartPlugin, _ purchase: Purchase
    ) throws(LegFault) -> Int64 {
        let asked: Int64
        do {
            asked = try plugin.fixedMinor(purchase)
        } catch {
            throw LegFault(reason: error.reason, plugin: identity)
        }
        guard asked >= 0 else { throw LegFault(reason: "PLUGIN_FIXED_PART_NEGATIVE", plugin: identity) }
        return asked
    }

    private func checkedAnswer(_ request: AllocationRequest) throws(LegFault) -> AllocationAnswer {
        let answer: AllocationAnswer
        do {
            answer = try plugin.allocate(request)
        } catch {
            throw LegFault(reason: error.reason, plugin: identity)
        }
        if let defect = answer.defect(forShare: request.shareMinor) {
            throw LegFault(reason: defect.reason, plugin: identity)
        }
        return answer
    }

    private static func isSampled(_ spendID: String) -> Bool {
        var hash: UInt32 = 2_166_136_261
        for byte in spendID.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return (hash >> 8) & 63 == 0
    }
}
