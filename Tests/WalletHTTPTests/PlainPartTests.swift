import HTTPTypes
import PostgreSQL
import Rewards
import Testing
import Wallet

@testable import WalletHTTP

@Suite("The door's parts that compute")
struct PlainPartTests {
    @Test(
        "times of RFC 3339 and dates are read to the microsecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01", 0), ("2026-03-02T10:00:00Z", 1_772_445_600_000_000),
            ("2026-03-02T10:00:00.123Z", 1_772_445_600_123_000),
            ("2026-03-02t10:00:00.1234567z", 1_772_445_600_123_456),
            ("2026-03-02T11:30:00+01:30", 1_772_445_600_000_000), ("2026-03-02T05:00:00-05:00", 1_772_445_600_000_000),
            ("2024-02-29", 1_709_164_800_000_000), ("1969-12-31T23:59:59.5Z", -500_000),
        ] as [(String, Int64)])
    func times(text: String, microseconds: Int64) {
        #expect(InternetTime.parse(text)?.microsecondsSinceEpoch == microseconds)
    }

    @Test(
        "what is no time is no time",
        arguments: [
            "", "now", "2026", "2026-3-2", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-03-02T10:00Z",
            "2026-03-02T24:00:00Z", "2026-03-02T10:60:00Z", "2026-03-02T10:00:00", "2026-03-02T10:00:00.Z",
            "2026-03-02T10:00:00+1:00", "2026-03-02T10:00:00Zz", "2026-03-02 10:00:00Z", "٢٠٢٦-03-02",
        ])
    func noTimes(text: String) {
        #expect(InternetTime.parse(text) == nil)
    }

    @Test("a bucket lets its burst through, then its rate, and tells the wait in whole seconds")
    func bucket() {
        let limit = TokenBucket.Limit(tokensPerSecond: 2, tokensMax: 3)
        let start = ContinuousClock.now
        var bucket = TokenBucket(full: limit, at: start)
        for _ in 0..<3 { #expect(bucket.take(limit, at: start) == nil) }
        #expect(bucket.take(limit, at: start) == 1)
        #expect(bucket.take(limit, at: start + .milliseconds(499)) == 1)
        #expect(bucket.take(limit, at: start + .milliseconds(500)) == nil)
        #expect(bucket.take(limit, at: start + .milliseconds(500)) == 1)
        #expect(!bucket.isFull(limit, at: start + .seconds(1)))
        #expect(bucket.isFull(limit, at: start + .seconds(2)))
        for _ in 0..<3 { #expect(bucket.take(limit, at: start + .seconds(1_000_000_000)) == nil) }
        #expect(bucket.take(limit, at: start + .seconds(1_000_000_000)) == 1)
    }

    @Test("credentials that rest are forgotten, so that memory is for those that call")
    func limiterForgets() {
        let limiter = RateLimiter(.init(requestsPerSecond: 1, burst: 1))
        let start = ContinuousClock.now
        for index in 0..<9_999 { _ = limiter.admit("a-\(index)", at: start) }
        #expect(limiter.admit("a-1", at: start) == 1)
        _ = limiter.admit("last", at: start)
        #expect(limiter.rememberedCount == 10_000)
        #expect(limiter.admit("b", at: start + .seconds(5)) == nil)
        #expect(limiter.rememberedCount == 1)
    }

    @Test(
        "a path is cut before it is decoded",
        arguments: [
            ("/v1/members/a%2Fb", WalletRoute.endpoint(.getMember, ["a/b"])), ("/v1/members/a/b", .notFound),
            ("/v1/members/", .notFound), ("/v1/members/%", .unreadable), ("/v1/members/%FF", .unreadable),
            ("/v1/members/%C3%A9", .endpoint(.getMember, ["é"])),
            ("/v1/wallet?x=/v1", .endpoint(.getWallet, [])),
            ("/v1/redemptions/x/cancel", .methodNotAllowed(allow: "POST")), ("/openapi.yaml?x", .document),
            ("//v1/wallet", .notFound), ("", .notFound), ("/v1/Wallet", .notFound),
        ] as [(String, WalletRoute)])
    func routes(target: String, expected: WalletRoute) {
        #expect(WalletRoute(target: target, method: .get) == expected)
    }

    @Test("every endpoint is found under its own template and method, and under no other")
    func everyEndpoint() {
        for endpoint in WalletEndpoint.allCases {
            let target = endpoint.template.replacing(/\{[A-Za-z]+\}/, with: "x")
            let route = WalletRoute(target: target, method: endpoint.method)
            guard case .endpoint(let found, let parameters) = route else {
                Issue.record("\(endpoint) is not found at \(target)")
                continue
            }
            #expect(found == endpoint)
            #expect(parameters == (endpoint.template.contains("{") ? ["x"] : []))
        }
    }
}
