extension SpendingError {
    static let unknownRefund = Self(.unknownRefund, "no refund has this id")
    static let unknownSpendOfRefund = Self(
        .unknownSpend, "no spend has this id, and no card is named to wait under: name the card, or the right spend")
    static let unknownCardOfRefund = Self(.unknownCard, "the card is not registered: check card_id")
    static let spendOfAnotherCard = Self(
        .spendOfAnotherCard, "the spend is of another card than the refund: name a spend of the refund's card",
        field: "spend_id")
    static let refundConflict = Self(
        .refundConflict,
        "this refund_id is stored with other content: send the first content again, or a new refund_id for another "
            + "refund"
    )
    static let refundUndone = Self(
        .refundUndone, "the refund was undone, so there is nothing to attribute: record it again under a new refund_id")
    static let partsDoNotSum = Self(
        .partsDoNotSum, "the targets do not sum to the refund's amount: share out the whole amount, each spend once",
        field: "targets")
    static let refundExceedsSpend = Self(
        .refundExceedsSpend,
        "this is more than was cleared and is not yet refunded; nothing was done: read the spend for what is left")
    static let decisionNotReproduced = Self(
        .decisionNotReproduced, "the spend's stored decision does not follow from its certificate: run verify")
    static let pluginUnavailable = Self(
        .pluginUnavailable,
        "this build does not hold the plugin that decided the spend: run the release that does, then try again")
    static let pluginFailed = Self(
        .pluginFailed, "the plugin that decided the spend fails on what remains of it: fix it, then try again")
    static let pluginContradictsItself = Self(
        .pluginContradictsItself,
        "the plugin that decided the spend now answers otherwise: restore its version, then try again")

    /// Whether a refund that meets this is held for an operator instead of refused: nothing is wrong with the refund.
    var holdsRefund: Bool {
        switch reason {
        case .decisionNotReproduced, .pluginUnavailable, .pluginFailed, .pluginContradictsItself: true
        default: false
        }
    }
}
