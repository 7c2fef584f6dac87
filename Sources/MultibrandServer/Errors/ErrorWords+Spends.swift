import Rewards

extension ErrorWords {
    /// What may be wrong with a spend, an authorisation, a preview or a refund.
    static let ofSpends: [String: ErrorWords] = [
        "NOT_POSITIVE": ErrorWords("the amount is zero or negative", "report money that goes back as a refund"),
        "AMOUNT_TOO_LARGE": ErrorWords(
            "the amount is over 10^15 minor units", "check the unit: minor units, not millionths"),
        "CURRENCY_MISMATCH": ErrorWords(
            "the amount is not in the card's currency", "send the amount as billed to the card"),
        "SPEND_CONFLICT": ErrorWords(
            "the spend id is stored with different content",
            "find out which of the two is right; a different spend needs its own id", key: .taken),
        "RUNNING_TOTAL_OVERFLOW": ErrorWords(
            "the card's running total would not fit 64 bits", "call us; no real card gets there"),
        "REWARD_OVERFLOW": ErrorWords(
            "the card would have earned more with a program than a position holds, 2^60 millionths",
            "lower the program's rate: it is a mistake in the configuration"),
        "UNKNOWN_SPEND": ErrorWords(
            "no spend has this id; for a refund: and the call does not name the card, so it cannot wait",
            "check the id; name the card to have the refund wait for its spend"),
        "PREVIEW_CHANGED": ErrorWords(
            "the preview no longer holds; the message names what has changed",
            "preview again, and show the cardholder the new split; applied means that the spend was recorded without "
                + "this preview",
            outcomes: [.notApplied, .applied]),
        "PREVIEW_EXPIRED": ErrorWords("the preview has expired", "preview again"),
        "PREVIEW_OF_ANOTHER_SPEND": ErrorWords(
            "the token was made for a different spend", "send it with the spend it was made for"),
        "BAD_PREVIEW_TOKEN": ErrorWords(
            "the token was not made by this service, or it was altered", "send it as `PreviewSpend` gave it"),
        "AUTHORIZATION_CONFLICT": ErrorWords(
            "the authorisation id is stored with different content",
            "send the first content again, or a new id for another authorisation", key: .taken),
        "UNKNOWN_AUTHORIZATION": ErrorWords(
            "the card has no authorisation of this id",
            "authorise first, or record the spend without naming an authorisation"),
        "UNKNOWN_REFUND": ErrorWords("no refund has this id", "check the id"),
        "REFUND_CONFLICT": ErrorWords(
            "the refund id is stored with different content",
            "send the first content again, or a new id for another refund", key: .taken),
        "REFUND_EXCEEDS_SPEND": ErrorWords(
            "the refund exceeds what is cleared and not yet refunded",
            "read the spend: `refunded_minor` says what is left; a refund may be undone first"),
        "REFUND_UNDONE": ErrorWords(
            "the refund was undone, so there is nothing to attribute", "record it again under a new id"),
        "SPEND_OF_ANOTHER_CARD": ErrorWords(
            "the spend and the refund name different cards", "name a spend of the refund's own card"),
        "DECISION_NOT_REPRODUCED": ErrorWords(
            "the spend's stored decision does not follow from its own certificate, so no part of it can be trusted",
            "run `multibrand verify`; the refund is held until an operator attributes it again"),
        "PLUGIN_UNAVAILABLE": ErrorWords(
            "this build does not contain the plugin that decided the spend, in its version and configuration",
            "run the release that does; a refund is held until then, and taken automatically if it names its spend"),
        "PLUGIN_FAILED": ErrorWords(
            "the plugin that decided the spend fails on the remaining amount",
            "fix the plugin; a refund is held until then and can be attributed again"),
        "PLUGIN_CONTRADICTS_ITSELF": ErrorWords(
            "the plugin that decided the spend now answers differently, or earns less on more",
            "restore its version; a refund is held until then and can be attributed again"),
        "PARTS_DO_NOT_SUM": ErrorWords(
            "the parts do not sum to the refund's amount", "distribute the whole amount, naming each spend once"),
    ]
}
