extension ErrorWords {
    /// What may be wrong with a request about positions, issuances, debts or the comparison with Cosmo.
    static let ofIssuance: [String: ErrorWords] = [
        "UNKNOWN_POSITION": ErrorWords(
            "the card has not earned anything with this program", "check card, program and unit"),
        "UNKNOWN_ISSUANCE": ErrorWords("no issuance has this reference number", "check the reference"),
        "MISSING_EVIDENCE": ErrorWords(
            "a decision about an outcome requires evidence: what was seen, and where",
            "put it in `evidence`; it is kept permanently"
        ),
        "TRANSACTION_ID_TAKEN": ErrorWords(
            "Cosmo's transaction id belongs to another issuance",
            "check that issuance: one of the two pieces of evidence is wrong"),
        "NO_DEBT": ErrorWords(
            "no debt of the position is certain",
            "read it again: later earnings may have paid the debt, or it rests on issuances that must be resolved first"
        ),
        "EXCEEDS_DEBT": ErrorWords(
            "the write-off exceeds the debt", "read the debt again, or leave out the quantity to write off all of it"),
        "DAY_NOT_OVER": ErrorWords(
            "the day has not ended in UTC, so its transactions are not complete", "compare it on the next day"),
        "UNKNOWN_RECONCILIATION": ErrorWords(
            "the day was not compared with Cosmo's transactions",
            "compare it: `multibrand admin reconciliations run DAY`"),
        "RECONCILIATION_REPLACED": ErrorWords(
            "a later comparison of the same day replaced this one",
            "read the day: `multibrand admin reconciliations show DAY`"),
        "UNKNOWN_RECOVERY": ErrorWords(
            "there is no such recovery, or none is open", "list them: `multibrand admin recovery list`"),
        "RECOVERY_NOT_COMPARED": ErrorWords(
            "the complete comparison with Cosmo has not been made yet",
            "wait for it: `multibrand admin recovery show` says when; or end the recovery with `--force`"),
        "RECOVERY_FINDINGS_OPEN": ErrorWords(
            "Cosmo has transactions that match no issuance in the books",
            "adopt each with `multibrand admin recovery adopt`, or end the recovery with `--force` if none is ours"),
        "UNKNOWN_TRANSACTION": ErrorWords(
            "Cosmo knows no such transaction", "check the id in `multibrand admin recovery show`"),
        "ALREADY_IN_BOOKS": ErrorWords(
            "the transaction is already an issuance in the books", "nothing: `multibrand admin issuances show` shows it"
        ),
        "NOT_ADOPTABLE": ErrorWords(
            "Cosmo's transaction lacks required facts, or is not completed",
            "wait until Cosmo has completed it; otherwise clarify it with Cosmo and end the recovery with `--force`"),
        "CARD_NOT_PROVEN": ErrorWords(
            "nothing proves which card the transaction was made for", "name the card: `--card`"),
        "MAY_BE_AN_OPEN_ISSUANCE": ErrorWords(
            "the card has an open issuance of the same value, and the transaction does not prove which one it is",
            "resolve that issuance first: `multibrand admin issuances resolve REFERENCE issued --transaction ID`"),
        "CARD_DIFFERS": ErrorWords(
            "the reference number was made for another card or program", "name the card it was made for"),
        "COSMO_UNAVAILABLE": ErrorWords(
            "Cosmo could not be reached, or gave no usable answer", "try again after a pause"),
        "COSMO_REFUSED": ErrorWords(
            "Cosmo refused the call", "the audit trail has its answer: `multibrand admin issuances calls`"),
    ]
}
