import Rewards

extension ErrorWords {
    /// What is no fault of the request.
    static let ofService: [String: ErrorWords] = [
        "TIME_LIMIT": ErrorWords(
            "the call's deadline leaves too little time, so it was not started",
            "send it again with more time; within the same deadline it would fail again"),
        "OVERLOADED": ErrorWords(
            "the queue of calls is full", "send it again after a pause; add an instance if it lasts"),
        "SHUTTING_DOWN": ErrorWords("this instance is shutting down", "send it to another instance"),
        "CONTENTION": ErrorWords("other calls about the same card or ids won every attempt", "send it again"),
        "DATABASE_UNAVAILABLE": ErrorWords(
            "the database is unreachable, overloaded or a standby",
            "send the same call again shortly; when the outcome is unknown, repeating it is safe and gives the outcome",
            outcomes: [.notApplied, .unknown], key: .unknown),
        "COMMIT_UNKNOWN": ErrorWords(
            "the connection broke during COMMIT or COMMIT was not answered in time, and the outcome could not be "
                + "determined",
            "send the same call again: repeating it is safe and gives the "
                + "outcome", outcomes: [.unknown], key: .unknown),
        "CANCELLED": ErrorWords(
            "the call ended before there was an answer",
            "send the same call again: repeating it is safe and gives the outcome",
            outcomes: [.unknown], key: .unknown),
        "INTERNAL": ErrorWords(
            "our fault; the log has the details", "send the same call again once; then call us",
            outcomes: [.notApplied, .unknown], key: .unknown),
        "INBOX_FULL": ErrorWords(
            "too many deliveries wait to be stored", "the sender sends the delivery again"),
        "NO_SUCH_PAGE": ErrorWords("nothing is served under this path", "check the address that was configured"),
        "METHOD_NOT_ALLOWED": ErrorWords("the path requires another method", "the `Allow` header names it"),
        "TARGET_TOO_LONG": ErrorWords(
            "the request target is longer than any of ours", "check the address that was configured"),
        "BODY_TOO_LARGE": ErrorWords(
            "the body is larger than `http.bodyBytesMax` allows",
            "Cosmo's deliveries are smaller; raise the limit if that has changed"),
        "BODY_TOO_SLOW": ErrorWords("the body did not arrive in time", "check the network and the proxies in between"),
        "BODY_MALFORMED": ErrorWords(
            "the chunks or trailers of the body are not valid HTTP/1.1", "check the proxies in between"),
        "BODY_ENCODED": ErrorWords(
            "the body has a `Content-Encoding`; only plain bodies are accepted",
            "send it uncompressed, and check that no proxy compresses it"),
        "TOO_MANY_BODIES": ErrorWords(
            "this process holds as many unfinished bodies as `http.bodiesBytesMax` allows",
            "send it again; if it persists, the door is being flooded: check the counter "
                + "`multibrand_webhook_deliveries_total`"
        ),
        "DELIVERY_REFUSED": ErrorWords(
            "the delivery is not authenticated; our log says why, the answer does not",
            "compare the endpoint's secret and mode with Cosmo's portal: docs/webhooks.md"),
        "DELIVERY_NOT_STORED": ErrorWords(
            "the delivery could not be stored, so it is not acknowledged",
            "the sender sends it again; identical deliveries are one row", outcomes: [.unknown], key: .unknown),
    ]
}
