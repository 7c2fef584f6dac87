public import Rewards

/// Which plugin decides for which program: one immutable snapshot, replaced as a whole when a configuration changes.
///
/// **Concurrency** A value; a decision keeps the snapshot it began with, so a change never shows half-way.
public struct PluginSet: Sendable {
    /// No plugins: every leg parks with `PLUGIN_NOT_CONFIGURED`.
    public static let empty = PluginSet([])

    private let byProgram: [String: InstalledPlugin]

    /// Takes the plugins in force; of two for one program the one with the higher configuration version.
    public init(_ plugins: [InstalledPlugin]) {
        byProgram = Dictionary(plugins.map { ($0.programID, $0) }) { left, right in
            left.identity.configurationVersion >= right.identity.configurationVersion ? left : right
        }
    }

    /// The plugin of a program, or nil.
    public subscript(programID: String) -> InstalledPlugin? { byProgram[programID] }

    /// The programs that have one, sorted.
    public var programIDs: [String] { byProgram.keys.sorted() }

    /// The period whose totals must be fetched for a program before deciding, or nil.
    public func period(forProgram programID: String) -> Period? { byProgram[programID]?.period }

    /// The same set with a plugin put in the place of its program's former one.
    public func replacing(_ plugin: InstalledPlugin) -> PluginSet {
        PluginSet(byProgram.values.filter { $0.programID != plugin.programID } + [plugin])
    }

    /// Asks the plugin of an offer's program.
    ///
    /// **Errors** ``LegFault``; `PLUGIN_NOT_CONFIGURED` when the program has no plugin.
    public func answer(_ offer: LegOffer, input: SpendInput) throws(LegFault) -> LegAnswer {
        guard let plugin = byProgram[offer.programID] else {
            throw LegFault(reason: "PLUGIN_NOT_CONFIGURED", plugin: nil)
        }
        return try plugin.answer(offer, input: input)
    }

    /// Decides a spend with these plugins.
    ///
    /// **Errors** ``DecisionError``; a faulty plugin is no error but a parked leg, which ``PluginFaults`` counts.
    public func decide(_ request: DecisionRequest, tables: ApportionmentCache) throws(DecisionError) -> Decision {
        let decision = try SpendDecision.decide(request, tables: tables) { (offer) throws(LegFault) -> LegAnswer in
            try answer(offer, input: request.input)
        }
        PluginFaults.count(in: decision)
        return decision
    }
}
