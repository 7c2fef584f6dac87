/// Cosmo's two widgets (contract section 7).
package enum CosmoWidgetKind: String, Sendable, Hashable, CaseIterable {
    /// Where a cardholder links programs and chooses how rewards are split.
    case multibrand
    /// Where a cardholder buys or exchanges points.
    case pointExchange
}
