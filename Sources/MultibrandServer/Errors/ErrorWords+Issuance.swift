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
        "UNKNOWN_RECOVERY": ErrorWords(
            "there is no such recovery, or none is open", "list them: `multibrand admin recovery list`"),
        "RECOVERY_NOT_COMPARED": ErrorWords(
            "the comparison with Cosmo that sees everything has not been made",
            "wait for it: `multibrand admin recovery show` says when; or end the recovery with `--force`"),
        "RECOVERY_FINDINGS_OPEN": ErrorWords(
            "Cosmo has transactions that are no issues in the books",
            "adopt each with `multibrand admin recovery adopt`, or end the recovery with `--force` if none is ours"),
        "UNKNOWN_TRANSACTION": ErrorWords(
            "Cosmo knows no such transaction", "check the id in `multibrand admin recovery show`"),
        "ALREADY_IN_BOOKS": ErrorWords(
            "the transaction is an issue in the books already", "nothing: `multibrand admin issuances show` shows it"),
        "NOT_ADOPTABLE": ErrorWords(
            "Cosmo's transaction lacks what an issue needs, or is not done",
            "wait until Cosmo has completed it; otherwise settle it with Cosmo and end the recovery with `--force`"),
        "CARD_NOT_PROVEN": ErrorWords(
            "nothing proves which card the transaction was made for", "name the card: `--card`"),
        "MAY_BE_AN_OPEN_ISSUE": ErrorWords(
            "the card has an open issue of the same value, and the transaction proves nothing",
            "settle that issue first: `multibrand admin issuances resolve REFERENCE issued --transaction ID`"),
        "CARD_DIFFERS": ErrorWords(
            "the reference number was made for another card or program", "name the card it was made for"),
        "COSMO_UNAVAILABLE": ErrorWords(
            "Cosmo could not be reached, or gave no usable answer", "try again after a pause"),
        "COSMO_REFUSED": ErrorWords(
            "Cosmo refused the question", "the record of calls has its words: `multibrand admin issuances calls`"),
    ]
}
