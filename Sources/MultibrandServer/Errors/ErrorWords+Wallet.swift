extension ErrorWords {
    /// What may be wrong with a call of the wallet, at its REST door or over gRPC.
    static let ofWallet: [String: ErrorWords] = [
        "UNAUTHORIZED": ErrorWords(
            "no credential, an expired or revoked one, or the token of a removed member",
            "send a working organisation key or member token; an operator makes keys with `multibrand admin wallet "
                + "keys create`"
        ),
        "FORBIDDEN": ErrorWords(
            "the credential is valid, but does not permit this call: a member token on a call for the customer's "
                + "backend, "
                + "another member, or a pool outside LIVE",
            "use the organisation's key from the backend, or the member's own token"),
        "NOT_FOUND": ErrorWords(
            "what the call names does not exist in this environment, was removed, or is another member's",
            "check the id and the environment; `UpsertMember` before the first credit"),
        "VALIDATION": ErrorWords(
            "a field breaks its rule; the error names it", "correct the field; sending it unchanged never helps"),
        "BAD_REQUEST": ErrorWords("the body or the path cannot be read at all", "send well-formed JSON"),
        "PAYLOAD_TOO_LARGE": ErrorWords("the body is larger than this door accepts", "send less"),
        "RATE_LIMITED": ErrorWords(
            "too many requests with this credential", "wait for the seconds in `Retry-After`"),
        "INSUFFICIENT_POINTS": ErrorWords(
            "the balance is below the price; nothing was taken", "earn more points, or choose another offer"),
        "OFFER_UNAVAILABLE": ErrorWords("the offer has expired", "choose another offer"),
        "REDEMPTION_ALREADY_EXISTS": ErrorWords(
            "the member has a redemption of this offer that is not canceled", "cancel that one to redeem again"),
        "IDEMPOTENCY_KEY_REUSED": ErrorWords(
            "the key was used for a different request", "send the first request again, or use a new key",
            key: .taken),
        "CONFLICT": ErrorWords(
            "the state does not allow it: a redemption that ended, an id that is taken, too many active endpoints",
            "the message names the cause; read the state and decide again"),
        "INSUFFICIENT_ORG_POINTS": ErrorWords(
            "the prepaid pool does not cover the credit; nothing was moved",
            "top it up with `multibrand admin wallet pool top-up`, then send the same call again"),
        "WEBHOOK_EVENT_UNKNOWN": ErrorWords("no event of the wallet has that name", "docs/wallet.md lists the events"),
        "WEBHOOK_URL_NOT_ALLOWED": ErrorWords(
            "events are not sent to that address: it is not https, contains a user, or is private",
            "name a public https URL"),
    ]
}
