extension ErrorWords {
    /// What may be wrong with a request about positions, issues, debts or the comparison with Cosmo.
    static let ofIssuance: [String: ErrorWords] = [
        "UNKNOWN_POSITION": ErrorWords(
            "the card has not earned anything with this program", "check card, program and unit"),
        "UNKNOWN_ISSUANCE": ErrorWords("no issue has this reference number", "check the reference"),
        "MISSING_EVIDENCE": ErrorWords(
            "a decision about an outcome needs what was seen, and where", "say it in `evidence`; it is kept permanently"
        ),
        "TRANSACTION_ID_TAKEN": ErrorWords(
            "Cosmo's transaction id belongs to another issue",
            "look at that issue: one of the two pieces of evidence is wrong"),
        "NO_DEBT": ErrorWords(
            "the position owes nothing for certain",
            "read it again: later earnings may have netted the debt, or it rests on issues that are to be settled first"
        ),
        "EXCEEDS_DEBT": ErrorWords(
            "more is to be written off than is owed", "read the debt again, or leave the quantity out to write off all"),
        "DAY_NOT_OVER": ErrorWords(
            "the day has not ended in UTC, so its transactions are not all there", "compare it from the next day on"),
        "UNKNOWN_RECONCILIATION": ErrorWords(
            "the day was not compared with Cosmo's transactions",
            "compare it: `multibrand admin reconciliations run DAY`"),
        "RECONCILIATION_REPLACED": ErrorWords(
            "a later comparison of the same day took this one's place",
            "read the day: `multibrand admin reconciliations show DAY`"),
        "COSMO_UNAVAILABLE": ErrorWords(
            "Cosmo could not be reached, or gave no usable answer", "try again after a pause"),
        "COSMO_REFUSED": ErrorWords(
            "Cosmo refused the question", "the record of calls has its words: `multibrand admin issuances calls`"),
    ]
}
