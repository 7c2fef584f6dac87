package import Rewards

extension SpendDecision {
    /// Decides a spend with the plugins of a set.
    ///
    /// **Errors** ``DecisionError``; a faulty plugin is no error but a parked leg.
    package static func decide(
        _ request: DecisionRequest, tables: ApportionmentCache, plugins: PluginSet
    ) throws(DecisionError) -> Decision {
        try decide(
            request, tables: tables,
            fixedPart: { (programID, wholeMinor) throws(LegFault) -> Int64 in
                guard plugins.asksForFixedParts else { return 0 }
                return try plugins.fixedMinor(ofProgram: programID, wholeMinor: wholeMinor, input: request.input)
            },
            evaluate: { (offer) throws(LegFault) -> LegAnswer in try plugins.answer(offer, input: request.input) })
    }
}
