package import Rewards

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
