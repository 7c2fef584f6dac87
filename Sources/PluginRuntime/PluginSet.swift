package import Rewards

/// Which plugin decides for which program: one immutable snapshot, replaced as a whole when a configuration changes.
///
/// **Concurrency** A value; a decision keeps the snapshot it began with, so a change never shows half-way.
package struct PluginSet: Sendable {
    /// No plugins: every leg parks with `PLUGIN_NOT_CONFIGURED`.
    package static let empty = PluginSet([])

    private let byProgram: [String: InstalledPlugin]
    /// Whether any of them may ask for a fixed part; without one a decision asks no such question.
    let asksForFixedParts: Bool

    /// Takes the plugins in force; of two for one program the one with the higher configuration version.
    package init(_ plugins: [InstalledPlugin]) {
        byProgram = Dictionary(plugins.map { ($0.programID, $0) }) { left, right in
            left.identity.configurationVersion >= right.identity.configurationVersion ? left : right
        }
        asksForFixedParts = byProgram.values.contains(where: \.asksForFixedParts)
    }

    /// The plugin of a program, or nil.
    package subscript(programID: String) -> InstalledPlugin? { byProgram[programID] }

    /// The programs that have one, sorted.
    package var programIDs: [String] { byProgram.keys.sorted() }

    /// The period whose totals must be fetched for a program before deciding, or nil.
    package func period(forProgram programID: String) -> Period? { byProgram[programID]?.period }

    /// The same set with a plugin put in the place of its program's former one.
    package func replacing(_ plugin: InstalledPlugin) -> PluginSet {
        PluginSet(byProgram.values.filter { $0.programID != plugin.programID } + [plugin])
    }

    /// Asks the plugin of an offer's program.
    ///
    /// **Errors** ``LegFault``; `PLUGIN_NOT_CONFIGURED` when the program has no plugin.
    package func answer(_ offer: LegOffer, input: SpendInput) throws(LegFault) -> LegAnswer {
        guard let plugin = byProgram[offer.programID] else {
            throw LegFault(reason: "PLUGIN_NOT_CONFIGURED", plugin: nil)
        }
        return try plugin.answer(offer, input: input)
    }

    /// Asks a program's plugin how much of a whole spend the program wants ahead of the split; zero when it has none.
    ///
    /// **Errors** ``LegFault``.
    package func fixedMinor(
        ofProgram programID: String, wholeMinor: Int64, input: SpendInput
    ) throws(LegFault) -> Int64 {
        try byProgram[programID]?.fixedMinor(ofWhole: wholeMinor, input: input) ?? 0
    }
}

extension PluginSet {
    /// Works out what a change of a spend's refunded total takes, with the plugins that its decision pinned.
    ///
    /// The set holds the pinned plugins, those of
    /// ``Rewards/PinnedDecision/plugins(refundedBefore:refundedAfter:tables:)``, and not the ones in force.
    /// **Errors** ``Rewards/TakebackError``; a plugin that is missing from the set is `PLUGIN_UNAVAILABLE`.
    package func takeback(
        from pinned: PinnedDecision, refundedBefore: Int64, refundedAfter: Int64, tables: ApportionmentCache
    ) throws(TakebackError) -> Takeback {
        try pinned.takeback(refundedBefore: refundedBefore, refundedAfter: refundedAfter, tables: tables) {
            (offer) throws(LegFault) -> LegAnswer in
            try answer(offer, input: pinned.decision.input)
        }
    }
}
