import Testing

@testable import PostgreSQL
@testable import WalletHTTP

@Suite("What the wallet's door says when the database is away")
struct RefusalTests {
    @Test(
        "a call that was not committed changed nothing; one that lost its answer may have",
        arguments: [
            (PostgresError.Kind.connectionFailed, true), (.leaseTimeout, true), (.closed, true),
            (.connectionLost, false),
            (.timeout, true), (.lockBusy, true), (.commitOutcomeUnknown, false),
        ])
    func away(kind: PostgresError.Kind, changedNothing: Bool) {
        let refusal = WalletRefusal(of: PostgresError(kind, "for operators only"))
        #expect(refusal.status == 503 && refusal.code == "INTERNAL" && refusal.retryAfterSeconds == 1)
        #expect(refusal.message.contains("nothing was changed") == changedNothing)
        #expect(refusal.message.contains("may have taken effect") != changedNothing)
        #expect(!refusal.message.contains("operators"))
    }
}
