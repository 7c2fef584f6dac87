import NIOHTTP1
import PostgreSQL
import Rewards
import Testing
import Wallet

@testable import WalletHTTP

/// Every row of the contract's tables of errors that a request alone brings about; those that need more are in
/// `DoorLimitTests` (413, 429, 5xx) and `PoolDoorTests` (402).
@Suite("The contract's refusals, over a socket")
struct ErrorRowTests {
    /// Who sends a request.
    enum Sender: Sendable {
        case backend
        case member
        /// A member whose token was made before the member was removed.
        case removed
        /// No credential, or exactly the one given.
        case nobody
        case credential(String)
    }

    /// A request and what it is refused with.
    struct Row: Sendable {
        let what: String
        let sender: Sender
        let method: HTTPMethod
        let path: String
        let body: String?
        let key: String?
        let status: Int
        let code: String

        init(
            _ what: String, _ sender: Sender, _ method: HTTPMethod, _ path: String, _ body: String? = nil,
            key: String? = nil, is status: Int, _ code: String
        ) {
            self.what = what
            self.sender = sender
            self.method = method
            self.path = path
            self.body = body
            self.key = key
            self.status = status
            self.code = code
        }
    }

    static let credit = "/v1/wallet/credit"
    static let mint = #"{"externalUserID":"m","amount":1}"#

    static let credentials: [Row] = [
        Row("no credential", .nobody, .GET, "/v1/wallet", is: 401, "UNAUTHORIZED"),
        Row("no credential on a mint", .nobody, .POST, credit, mint, is: 401, "UNAUTHORIZED"),
        Row("nonsense", .credential("nonsense"), .GET, "/v1/wallet", is: 401, "UNAUTHORIZED"),
        Row(
            "an unknown key", .credential("mbw_sandbox_" + String(repeating: "0", count: 64)), .POST, credit, mint,
            is: 401,
            "UNAUTHORIZED"),
        Row("a token of other hands", .credential("wmt1.e30.AAAA"), .GET, "/v1/wallet", is: 401, "UNAUTHORIZED"),
        Row("a removed member's token", .removed, .GET, "/v1/wallet", is: 401, "UNAUTHORIZED"),
        Row("a member minting", .member, .POST, credit, mint, is: 403, "FORBIDDEN"),
        Row(
            "a member minting nonsense: the mode is checked before the body", .member, .POST, credit, "{", is: 403,
            "FORBIDDEN"),
        Row(
            "a member exchanging", .member, .POST, "/v1/auth/exchange", #"{"externalUserID":"m"}"#, is: 403, "FORBIDDEN"
        ),
        Row("a member upserting", .member, .PUT, "/v1/members/m", "{}", is: 403, "FORBIDDEN"),
        Row("a member reading members", .member, .GET, "/v1/members/m", is: 403, "FORBIDDEN"),
        Row("a member removing members", .member, .DELETE, "/v1/members/m", is: 403, "FORBIDDEN"),
        Row("a member reading totals", .member, .GET, "/v1/analytics/summary", is: 403, "FORBIDDEN"),
        Row("a member reading totals by offer", .member, .GET, "/v1/analytics/offers", is: 403, "FORBIDDEN"),
        Row(
            "a member reading a series", .member, .GET,
            "/v1/analytics/timeseries?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&interval=day", is: 403,
            "FORBIDDEN"),
        Row(
            "a member registering webhooks", .member, .POST, "/v1/webhooks",
            #"{"url":"https://a.example.com","events":["wallet.credited"]}"#, is: 403, "FORBIDDEN"),
        Row("a member listing webhooks", .member, .GET, "/v1/webhooks", is: 403, "FORBIDDEN"),
        Row("a member deleting webhooks", .member, .DELETE, "/v1/webhooks/x", is: 403, "FORBIDDEN"),
        Row("a key on the wallet, which names no member", .backend, .GET, "/v1/wallet", is: 403, "FORBIDDEN"),
        Row(
            "a member naming another", .member, .GET, "/v1/wallet/transactions?externalUserID=other", is: 403,
            "FORBIDDEN"),
        Row(
            "a member redeeming for another", .member, .POST, "/v1/redemptions",
            #"{"offer":"cheap","externalUserID":"other"}"#, is: 403, "FORBIDDEN"),
        Row(
            "a member listing another's redemptions", .member, .GET, "/v1/redemptions?externalUserID=other", is: 403,
            "FORBIDDEN"),
        Row(
            "a member asking for another's tier", .member, .GET, "/v1/eligibility?externalUserID=other", is: 403,
            "FORBIDDEN"),
    ]

    static let holding: [Row] = [
        Row(
            "a member holding points", .member, .POST, "/v1/wallet/holds", #"{"externalUserID":"m","amount":1}"#,
            is: 403, "FORBIDDEN"),
        Row("a member capturing", .member, .POST, "/v1/wallet/holds/hold_x/capture", "{}", is: 403, "FORBIDDEN"),
        Row("a member releasing", .member, .POST, "/v1/wallet/holds/hold_x/release", is: 403, "FORBIDDEN"),
        Row("no member to hold", .backend, .POST, "/v1/wallet/holds", #"{"amount":1}"#, is: 422, "VALIDATION"),
        Row(
            "a hold of nothing", .backend, .POST, "/v1/wallet/holds", #"{"externalUserID":"m","amount":0}"#, is: 422,
            "VALIDATION"),
        Row(
            "a hold without end", .backend, .POST, "/v1/wallet/holds",
            #"{"externalUserID":"m","amount":1,"expiresInSeconds":2592001}"#, is: 422, "VALIDATION"),
        Row(
            "a hold that has ended already", .backend, .POST, "/v1/wallet/holds",
            #"{"externalUserID":"m","amount":1,"expiresInSeconds":0}"#, is: 422, "VALIDATION"),
        Row(
            "a hold of an unknown member", .backend, .POST, "/v1/wallet/holds",
            #"{"externalUserID":"nobody","amount":1}"#, is: 404, "NOT_FOUND"),
        Row(
            "a hold of more than there is", .backend, .POST, "/v1/wallet/holds",
            #"{"externalUserID":"m","amount":9007199254740991}"#, is: 422, "INSUFFICIENT_POINTS"),
        Row("an unknown hold", .backend, .GET, "/v1/wallet/holds/hold_x", is: 404, "NOT_FOUND"),
        Row("a hold id with NUL", .backend, .GET, "/v1/wallet/holds/%00", is: 404, "NOT_FOUND"),
        Row(
            "an unknown hold captured", .backend, .POST, "/v1/wallet/holds/hold_x/capture", "{}", is: 404, "NOT_FOUND"),
        Row("an unknown hold released", .backend, .POST, "/v1/wallet/holds/hold_x/release", is: 404, "NOT_FOUND"),
        Row(
            "a capture that is no number", .backend, .POST, "/v1/wallet/holds/hold_x/capture", #"{"amount":"9"}"#,
            is: 422, "VALIDATION"),
        Row(
            "a hold's status that does not exist", .backend, .GET, "/v1/wallet/holds?status=LOST", is: 422, "VALIDATION"
        ),
    ]

    static let minting: [Row] = [
        Row("no JSON", .backend, .POST, credit, "{", is: 400, "BAD_REQUEST"),
        Row("no body", .backend, .POST, credit, is: 400, "BAD_REQUEST"),
        Row(
            "a name twice", .backend, .POST, credit, #"{"amount":1,"amount":2,"externalUserID":"m"}"#, is: 400,
            "BAD_REQUEST"),
        Row("no object", .backend, .POST, credit, "[]", is: 422, "VALIDATION"),
        Row("no member named", .backend, .POST, credit, #"{"amount":1}"#, is: 422, "VALIDATION"),
        Row(
            "the member is null", .backend, .POST, credit, #"{"externalUserID":null,"amount":1}"#, is: 422, "VALIDATION"
        ),
        Row(
            "the member is a number", .backend, .POST, credit, #"{"externalUserID":7,"amount":1}"#, is: 422,
            "VALIDATION"),
        Row("an empty member", .backend, .POST, credit, #"{"externalUserID":"","amount":1}"#, is: 422, "VALIDATION"),
        Row(
            "a member of 256 characters", .backend, .POST, credit,
            #"{"externalUserID":"\#(String(repeating: "é", count: 256))","amount":1}"#, is: 422, "VALIDATION"),
        Row("no amount", .backend, .POST, credit, #"{"externalUserID":"m"}"#, is: 422, "VALIDATION"),
        Row("amount 0", .backend, .POST, credit, #"{"externalUserID":"m","amount":0}"#, is: 422, "VALIDATION"),
        Row(
            "a negative amount", .backend, .POST, credit, #"{"externalUserID":"m","amount":-5}"#,
            is: 422, "VALIDATION"),
        Row("a fraction", .backend, .POST, credit, #"{"externalUserID":"m","amount":1.5}"#, is: 422, "VALIDATION"),
        Row(
            "an amount in text", .backend, .POST, credit, #"{"externalUserID":"m","amount":"1"}"#, is: 422, "VALIDATION"
        ),
        Row(
            "an amount beyond 2^53 - 1", .backend, .POST, credit,
            #"{"externalUserID":"m","amount":9007199254740992}"#, is: 422, "VALIDATION"),
        Row(
            "an amount beyond 2^63", .backend, .POST, credit,
            #"{"externalUserID":"m","amount":99999999999999999999}"#, is: 422, "VALIDATION"),
        Row(
            "a total beyond 2^53 - 1", .backend, .POST, credit,
            #"{"externalUserID":"m","amount":9007199254740991}"#, is: 422, "VALIDATION"),
        Row(
            "a reason of 501 characters", .backend, .POST, credit,
            #"{"externalUserID":"m","amount":1,"reason":"\#(String(repeating: "x", count: 501))"}"#, is: 422,
            "VALIDATION"),
        Row(
            "a reason that is no text", .backend, .POST, credit, #"{"externalUserID":"m","amount":1,"reason":{}}"#,
            is: 422,
            "VALIDATION"),
        Row(
            "an unknown member", .backend, .POST, credit, #"{"externalUserID":"nobody","amount":1}"#, is: 404,
            "NOT_FOUND"),
        Row(
            "a removed member", .backend, .POST, credit, #"{"externalUserID":"gone","amount":1}"#,
            is: 404, "NOT_FOUND"),
        Row(
            "a key of 256 characters", .backend, .POST, credit, mint, key: String(repeating: "k", count: 256), is: 422,
            "VALIDATION"),
        Row("an empty key", .backend, .POST, credit, mint, key: "", is: 422, "VALIDATION"),
        Row("a key that was used", .backend, .POST, credit, mint, key: "used", is: 409, "IDEMPOTENCY_KEY_REUSED"),
        Row(
            "a key that was used elsewhere", .backend, .POST, "/v1/auth/exchange", mint, key: "used", is: 409,
            "IDEMPOTENCY_KEY_REUSED"),
    ]

    static let reading: [Row] = [
        Row("limit 0", .member, .GET, "/v1/wallet/transactions?limit=0", is: 422, "VALIDATION"),
        Row("limit 101", .member, .GET, "/v1/wallet/transactions?limit=101", is: 422, "VALIDATION"),
        Row("limit in words", .member, .GET, "/v1/wallet/transactions?limit=ten", is: 422, "VALIDATION"),
        Row("limit with a sign", .member, .GET, "/v1/wallet/transactions?limit=%2B5", is: 422, "VALIDATION"),
        Row("limit twice", .member, .GET, "/v1/wallet/transactions?limit=5&limit=5", is: 422, "VALIDATION"),
        Row("limit beyond all numbers", .member, .GET, "/v1/offers?limit=99999999999999999999", is: 422, "VALIDATION"),
        Row("a malformed cursor", .member, .GET, "/v1/wallet/transactions?cursor=nonsense", is: 422, "VALIDATION"),
        Row("an empty cursor", .member, .GET, "/v1/offers?cursor=", is: 422, "VALIDATION"),
        Row("a query that is no UTF-8", .member, .GET, "/v1/wallet/transactions?cursor=%FF", is: 400, "BAD_REQUEST"),
        Row("a key that names nobody", .backend, .GET, "/v1/wallet/transactions", is: 422, "VALIDATION"),
        Row(
            "a key that names an unknown member", .backend, .GET, "/v1/wallet/transactions?externalUserID=nobody",
            is: 404,
            "NOT_FOUND"),
        Row("redemptions of nobody", .backend, .GET, "/v1/redemptions", is: 422, "VALIDATION"),
        Row(
            "redemptions of an unknown member", .backend, .GET, "/v1/redemptions?externalUserID=nobody", is: 404,
            "NOT_FOUND"),
        Row("a status that does not exist", .member, .GET, "/v1/redemptions?status=LOST", is: 422, "VALIDATION"),
        Row("a status in lower case", .member, .GET, "/v1/redemptions?status=open", is: 422, "VALIDATION"),
        Row("the tier of nobody", .backend, .GET, "/v1/eligibility", is: 422, "VALIDATION"),
        Row(
            "the tier of an unknown member", .backend, .GET, "/v1/eligibility?externalUserID=nobody", is: 404,
            "NOT_FOUND"),
        Row(
            "the tier of a removed member", .backend, .GET, "/v1/eligibility?externalUserID=gone",
            is: 404, "NOT_FOUND"),
        Row("an unknown redemption", .member, .GET, "/v1/redemptions/red_x", is: 404, "NOT_FOUND"),
        Row("a redemption id with NUL", .member, .GET, "/v1/redemptions/%00", is: 404, "NOT_FOUND"),
    ]

    static let redeeming: [Row] = [
        Row("no JSON", .member, .POST, "/v1/redemptions", "nonsense", is: 400, "BAD_REQUEST"),
        Row("no offer", .member, .POST, "/v1/redemptions", "{}", is: 422, "VALIDATION"),
        Row("an offer that is no text", .member, .POST, "/v1/redemptions", #"{"offer":1}"#, is: 422, "VALIDATION"),
        Row("an empty offer", .member, .POST, "/v1/redemptions", #"{"offer":""}"#, is: 422, "VALIDATION"),
        Row("an unknown offer", .member, .POST, "/v1/redemptions", #"{"offer":"none"}"#, is: 404, "NOT_FOUND"),
        Row(
            "an offer of the other environment", .member, .POST, "/v1/redemptions", #"{"offer":"live-only"}"#, is: 404,
            "NOT_FOUND"),
        Row(
            "a key that names nobody", .backend, .POST, "/v1/redemptions", #"{"offer":"cheap"}"#,
            is: 422, "VALIDATION"),
        Row(
            "a key that names an unknown member", .backend, .POST, "/v1/redemptions",
            #"{"offer":"cheap","externalUserID":"nobody"}"#, is: 404, "NOT_FOUND"),
        Row(
            "an unknown member before an unknown offer", .backend, .POST, "/v1/redemptions",
            #"{"offer":"none","externalUserID":"nobody"}"#, is: 404, "NOT_FOUND"),
        Row(
            "an expired offer", .member, .POST, "/v1/redemptions", #"{"offer":"expired"}"#, is: 422, "OFFER_UNAVAILABLE"
        ),
        Row(
            "an expired offer that is too dear and booked: the offer comes first", .member, .POST, "/v1/redemptions",
            #"{"offer":"booked-then-expired"}"#, is: 422, "OFFER_UNAVAILABLE"),
        Row(
            "an offer that is booked", .member, .POST, "/v1/redemptions", #"{"offer":"booked"}"#, is: 409,
            "REDEMPTION_ALREADY_EXISTS"),
        Row(
            "an offer that is booked and too dear: booked comes first", .member, .POST, "/v1/redemptions",
            #"{"offer":"booked-then-dear"}"#, is: 409, "REDEMPTION_ALREADY_EXISTS"),
        Row("too few points", .member, .POST, "/v1/redemptions", #"{"offer":"dear"}"#, is: 422, "INSUFFICIENT_POINTS"),
        Row(
            "a key that was used", .member, .POST, "/v1/redemptions", #"{"offer":"none"}"#, key: "m-used", is: 409,
            "IDEMPOTENCY_KEY_REUSED"),
        Row("cancel of an unknown one", .member, .POST, "/v1/redemptions/red_x/cancel", is: 404, "NOT_FOUND"),
        Row("cancel of another's", .member, .POST, "/v1/redemptions/{other}/cancel", is: 404, "NOT_FOUND"),
        Row("another's", .member, .GET, "/v1/redemptions/{other}", is: 404, "NOT_FOUND"),
        Row("cancel of a completed one", .member, .POST, "/v1/redemptions/{done}/cancel", is: 409, "CONFLICT"),
    ]

    static let organisation: [Row] = [
        Row("exchange for nobody", .backend, .POST, "/v1/auth/exchange", "{}", is: 422, "VALIDATION"),
        Row(
            "exchange with a tier that is no text", .backend, .POST, "/v1/auth/exchange",
            #"{"externalUserID":"m","tier":[]}"#, is: 422, "VALIDATION"),
        Row(
            "a display name that is no text", .backend, .PUT, "/v1/members/m", #"{"displayName":1}"#, is: 422,
            "VALIDATION"),
        Row(
            "attributes that are no object", .backend, .PUT, "/v1/members/m", #"{"attributes":[]}"#, is: 422,
            "VALIDATION"),
        Row(
            "a number that nothing can hold", .backend, .PUT, "/v1/members/m", #"{"attributes":{"n":[1e999999999]}}"#,
            is: 422, "VALIDATION"),
        Row("a member id with a control character", .backend, .PUT, "/v1/members/a%0Ab", "{}", is: 422, "VALIDATION"),
        Row("an upsert without JSON", .backend, .PUT, "/v1/members/m", "", is: 400, "BAD_REQUEST"),
        Row("an unknown member", .backend, .GET, "/v1/members/nobody", is: 404, "NOT_FOUND"),
        Row("removal of an unknown member", .backend, .DELETE, "/v1/members/nobody", is: 404, "NOT_FOUND"),
        Row(
            "retainBalance that is neither", .backend, .DELETE, "/v1/members/m?retainBalance=maybe", is: 422,
            "VALIDATION"),
        Row(
            "a series without interval", .backend, .GET,
            "/v1/analytics/timeseries?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", is: 422, "VALIDATION"),
        Row(
            "a series by the hour", .backend, .GET,
            "/v1/analytics/timeseries?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&interval=hour", is: 422,
            "VALIDATION"),
        Row(
            "a series from no time", .backend, .GET,
            "/v1/analytics/timeseries?from=yesterday&to=2026-03-02T00:00:00Z&interval=day", is: 422, "VALIDATION"),
        Row(
            "a series to nowhere", .backend, .GET,
            "/v1/analytics/timeseries?from=2026-03-02T00:00:00Z&interval=day", is: 422, "VALIDATION"),
        Row(
            "a series backwards", .backend, .GET,
            "/v1/analytics/timeseries?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z&interval=day", is: 422,
            "VALIDATION"
        ),
        Row(
            "a series of too many days", .backend, .GET,
            "/v1/analytics/timeseries?from=2000-01-01&to=2026-03-01&interval=day", is: 422, "VALIDATION"),
        Row(
            "a webhook without events", .backend, .POST, "/v1/webhooks", #"{"url":"https://a.example.com"}"#, is: 422,
            "VALIDATION"),
        Row(
            "a webhook for no events", .backend, .POST, "/v1/webhooks", #"{"url":"https://a.example.com","events":[]}"#,
            is: 422, "VALIDATION"),
        Row(
            "a webhook to no URL", .backend, .POST, "/v1/webhooks", #"{"url":"nonsense","events":["wallet.credited"]}"#,
            is: 422, "VALIDATION"),
        Row(
            "a webhook for an unknown event", .backend, .POST, "/v1/webhooks",
            #"{"url":"https://a.example.com","events":["wallet.exploded"]}"#, is: 422, "WEBHOOK_EVENT_UNKNOWN"),
        Row(
            "a webhook by http", .backend, .POST, "/v1/webhooks",
            #"{"url":"http://a.example.com","events":["wallet.credited"]}"#, is: 422, "WEBHOOK_URL_NOT_ALLOWED"),
        Row(
            "a webhook to a private address", .backend, .POST, "/v1/webhooks",
            #"{"url":"https://10.0.0.1/","events":["wallet.credited"]}"#, is: 422, "WEBHOOK_URL_NOT_ALLOWED"),
        Row("an unknown webhook", .backend, .DELETE, "/v1/webhooks/whk_x", is: 404, "NOT_FOUND"),
        Row("a webhook id with NUL", .backend, .DELETE, "/v1/webhooks/%00", is: 404, "NOT_FOUND"),
        Row("nothing is served there", .backend, .GET, "/v1/conversations", is: 404, "NOT_FOUND"),
        Row("a call without its version", .backend, .GET, "/wallet", is: 404, "NOT_FOUND"),
        Row("a slash too many", .backend, .GET, "/v1/wallet/", is: 404, "NOT_FOUND"),
        Row("no id", .backend, .GET, "/v1/members/", is: 404, "NOT_FOUND"),
        Row("another method", .backend, .DELETE, "/v1/wallet", is: 405, "METHOD_NOT_ALLOWED"),
        Row("another method of two", .backend, .PATCH, "/v1/redemptions", is: 405, "METHOD_NOT_ALLOWED"),
    ]

    @Test(
        "each refusal has its status and code, and leaves nothing behind",
        arguments: [credentials, minting, holding, reading, redeeming, organisation])
    func refused(rows: [Row]) async throws {
        try await WalletDoor.with { door in
            let scene = try await Scene(door)
            let before = try await scene.bookkeeping()
            for row in rows {
                let answer = try await door.send(
                    row.method, scene.path(row.path), as: scene.credential(row.sender), key: row.key, body: row.body)
                #expect(answer.status == row.status && answer.code == row.code, "\(row.what): \(answer.json)")
                #expect((answer.headers.first(name: "WWW-Authenticate") != nil) == (row.status == 401), "\(row.what)")
                #expect((answer.headers.first(name: "Allow") != nil) == (row.status == 405), "\(row.what)")
            }
            #expect(try await scene.bookkeeping() == before)
        }
    }

    /// Who and what is there before the rows.
    struct Scene: Sendable {
        let door: WalletDoor
        let member: String
        let removed: String
        let otherRedemption: String
        let completed: String

        init(_ door: WalletDoor) async throws {
            self.door = door
            removed = try await door.token("gone")
            _ = try await door.send(.DELETE, "/v1/members/gone", as: door.sandboxKey)
            member = try await door.join("m", points: 100)
            let other = try await door.join("other", points: 100)
            for (id, price) in [("cheap", 10), ("done", 10), ("dear", 1000)] as [(String, Int64)] {
                try await door.offer(id, price: price)
            }
            for id in ["booked", "booked-then-dear", "booked-then-expired"] {
                try await door.offer(id, price: 10)
                _ = try await door.post("/v1/redemptions", as: member, #"{"offer":"\#(id)"}"#)
            }
            try await door.offer("expired", price: 10, expiresAt: door.now)
            try await door.offer("live-only", price: 10, in: .live)
            let offers = WalletOffers(door.context)
            let backend = WalletCaller.organisation(.sandbox)
            _ = try await offers.reprice(id: "booked-then-dear", pointsPrice: 1000, by: backend, now: door.now)
            _ = try await offers.reprice(id: "booked-then-expired", pointsPrice: 1000, by: backend, now: door.now)
            _ = try await offers.expire(id: "booked-then-expired", at: door.now, by: backend, now: door.now)
            let others = try await door.post("/v1/redemptions", as: other, #"{"offer":"cheap"}"#)
            otherRedemption = try #require(others["id"]?.string)
            let done = try await door.post("/v1/redemptions", as: member, key: "m-used", #"{"offer":"done"}"#)
            completed = try #require(done["id"]?.string)
            _ = try await WalletRedemptions(door.context).move(
                id: completed, to: .completed, by: backend, now: door.now)
            _ = try await door.post(
                "/v1/wallet/credit", as: door.sandboxKey, key: "used", #"{"externalUserID":"m","amount":3}"#)
        }

        func credential(_ sender: Sender) -> String? {
            switch sender {
            case .backend: door.sandboxKey
            case .member: member
            case .removed: removed
            case .nobody: nil
            case .credential(let text): text
            }
        }

        func path(_ path: String) -> String {
            path.replacing("{other}", with: otherRedemption).replacing("{done}", with: completed)
        }

        /// How much is written in every table that a request could write to.
        func bookkeeping() async throws -> [Int64] {
            let tables = ["members", "transactions", "redemptions", "idempotency", "webhooks", "outbox", "deliveries"]
            var counts: [Int64] = []
            for table in tables {
                let rows = try await door.context.pool.query("select count(*) as n from wallet_\(table)")
                counts.append(try rows.first?.get("n") ?? -1)
            }
            return counts
        }
    }
}
