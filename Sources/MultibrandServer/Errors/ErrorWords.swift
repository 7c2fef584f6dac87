import Rewards

/// What people write in the table of errors about a reason; the code knows the rest.
struct ErrorWords: Sendable, Hashable {
    let meaning: String
    let remedy: String
    let outcomes: [EffectOutcome]
    let key: ErrorRow.Key

    init(
        _ meaning: String, _ remedy: String, outcomes: [EffectOutcome] = [.notApplied], key: ErrorRow.Key = .free
    ) {
        self.meaning = meaning
        self.remedy = remedy
        self.outcomes = outcomes
        self.key = key
    }

    /// By reason.
    static let all: [String: ErrorWords] = [
        ofRequests, ofPreferences, ofSpends, ofIssuance, ofWallet, ofService,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}

extension ErrorWords {
    /// What may be wrong with a change of a preference or of a program.
    static let ofPreferences: [String: ErrorWords] = [
        "CARD_CONFLICT": ErrorWords(
            "the card is registered with different data",
            "find out which data is right; a registered card's data never changes", key: .taken),
        "VERSION_MISMATCH": ErrorWords(
            "another version of the preference is in force than the caller expected",
            "read the preference again, decide again, send the version in force"),
        "NOT_LINKED": ErrorWords("the program is not linked to the card", "link it first"),
        "TOO_MANY_PARTS": ErrorWords(
            "in lowest terms the parts sum to more than 10,000", "use coarser parts"),
        "TOO_MANY_LINKS": ErrorWords("the card has sixteen links already", "remove one first"),
        "MISSING_ACCOUNT_FIELD": ErrorWords(
            "the account lacks a field that the program requires", "ask `GetProgramFields` what it needs"),
        "UNKNOWN_PROGRAM": ErrorWords(
            "the catalogue does not have the program",
            "list the programs; refresh the catalogue if Cosmo has just added it"),
        "UNKNOWN_PLUGIN": ErrorWords("this build has no such plugin", "`ListPlugins` names those it has"),
        "BAD_CONFIGURATION": ErrorWords(
            "the configuration is not JSON, or the plugin refuses it; the message names the place",
            "correct that place; the plugin's README has an example"),
        "CONFORMANCE_FAILED": ErrorWords(
            "with this configuration the plugin breaks its contract; the message names the rule and the input",
            "fix the configuration or the plugin; nothing was changed"),
        "PROGRAM_PAYS_ELSEWHERE": ErrorWords(
            "the program exists, and its points go to a different destination than requested",
            "create a program with another id: the destination is fixed when it is created"),
        "UNKNOWN_CONFIGURATION": ErrorWords(
            "the program has no such configuration version, or this build lacks the plugin version it names",
            "run the build that has it; decisions pin what they were made with"),
        "UNKNOWN_INBOX_ENTRY": ErrorWords(
            "no delivery has this number, or it left no connection event", "`ListInbox` lists the deliveries"),
        "WRONG_STATUS": ErrorWords(
            "it is not in the required state: nothing is held, or the issuance is not parked or unknown",
            "read it again: it may have been resolved in the meantime"),
    ]
}

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
        "CARD_NOT_REGISTERED": ErrorWords(
            "the card was registered after the time that was asked about",
            "ask about a time after the registration; the message says when that was"),
        "REQUEST_CONFLICT": ErrorWords(
            "the request id was used for another request",
            "send the first content again, or a new request id for another change", key: .taken),
        "CLIENT_EXISTS": ErrorWords(
            "an API client with that id already exists, and its key is never shown again",
            "choose another id, or revoke the client", key: .taken),
        "UNKNOWN_CLIENT": ErrorWords("no API client has that id", "list the clients"),
    ]
}

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
            "the member has too few points available; nothing was taken or held",
            "earn more points, release a hold, or choose another offer"),
        "OFFER_UNAVAILABLE": ErrorWords("the offer has expired", "choose another offer"),
        "REDEMPTION_ALREADY_EXISTS": ErrorWords(
            "the member has a redemption of this offer that is not canceled", "cancel that one to redeem again"),
        "IDEMPOTENCY_KEY_REUSED": ErrorWords(
            "the key was used for a different request", "send the first request again, or use a new key",
            key: .taken),
        "CONFLICT": ErrorWords(
            "the state does not allow it: a redemption or hold that ended, points that are held, an id that is taken, "
                + "too many active endpoints",
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
