extension ErrorWords {
    /// What may be wrong with any request.
    static let ofRequests: [String: ErrorWords] = [
        "UNAUTHENTICATED": ErrorWords(
            "the API client's key is missing, unknown or revoked",
            "send `authorization: Bearer <key>`; an operator makes keys with `multibrand admin clients create`"),
        "PERMISSION_DENIED": ErrorWords(
            "the key is valid, but the call is for operators only", "use an operator's key"),
        "INVALID_ARGUMENT": ErrorWords(
            "a field breaks the rule for its kind; the error names it in `field`",
            "correct the field; sending it unchanged never helps"),
        "BAD_PAGE_TOKEN": ErrorWords(
            "the page token does not belong to this listing", "start the listing again without a page token"),
        "UNKNOWN_CURRENCY": ErrorWords(
            "not an active ISO 4217 code with a minor unit",
            "send the billing currency in three upper-case letters"),
        "UNKNOWN_CARD": ErrorWords("no card has this id", "`RegisterCard` first, then send the call again"),
        "REQUEST_CONFLICT": ErrorWords(
            "the request id was used for another request",
            "send the first content again, or a new request id for another change", key: .taken),
        "CLIENT_EXISTS": ErrorWords(
            "an API client with that id already exists, and its key is never shown again",
            "choose another id, or revoke the client", key: .taken),
        "UNKNOWN_CLIENT": ErrorWords("no API client has that id", "list the clients"),
    ]
}
