import PostgreSQL
import Rewards
import Testing

@testable import Wallet

@Suite("Answers that are kept under a key")
struct StoredAnswerTests {
    private static func read<Value: StoredAnswer>(_ type: Value.Type, _ text: String) throws -> Value {
        let value = try #require(Value(stored: JSONValue(parsing: text)))
        // What is written now is read again, and written the same.
        let stored = value.stored.canonicalText
        #expect(try Value(stored: JSONValue(parsing: stored))?.stored.canonicalText == stored)
        return value
    }

    @Test("every form that was ever written is read: rows are kept as long as the ledger")
    func forms() throws {
        let at = PostgresTimestamp(microsecondsSinceEpoch: 1_772_445_603_007_000)
        let credit = try Self.read(WalletCredit.self, #"{"balance":250,"currency":{"name":"Stars","symbol":"ST"}}"#)
        #expect(credit == WalletCredit(balance: 250, currency: WalletCurrency(name: "Stars", symbol: "ST")))
        let token = try Self.read(
            WalletAccessToken.self, #"{"accessToken":"wmt1.a","expiresAt":"2026-03-02T10:00:03.007Z"}"#)
        #expect(token.accessToken == "wmt1.a" && token.expiresAt == at)
        let member = try Self.read(
            WalletMember.self,
            #"{"attributes":{"n":1e5},"displayName":null,"externalUserID":"m","tier":"standard"}"#)
        #expect(member.attributes?["n"] == .number("1e5") && member.displayName == nil)
        let removal = try Self.read(
            WalletRemoval.self, #"{"archived":true,"balanceRetained":false,"externalUserID":"m"}"#)
        #expect(removal == WalletRemoval(externalUserID: "m", isArchived: true, isBalanceRetained: false))
        let redemption = try Self.read(
            WalletRedemption.self,
            #"{"createdAt":"2026-03-02T10:00:03.007Z","endAt":null,"id":"r","offer":"o","startAt":null,"#
                + #""status":"OPEN"}"#
        )
        #expect(redemption.createdAt == at && redemption.status == .open && redemption.endAt == nil)
        let hold = try Self.read(
            WalletHold.self,
            #"{"amount":9,"captured":4,"createdAt":"2026-03-02T10:00:03.007Z","endedAt":"2026-03-02T10:00:03.007Z","#
                + #""expiresAt":"2026-03-02T10:00:03.007Z","externalUserID":"m","id":"h","reason":null,"#
                + #""status":"CAPTURED"}"#)
        #expect(hold.amount == 9 && hold.captured == 4 && hold.status == .captured && hold.endedAt == at)
        let webhook = try Self.read(
            WalletWebhookCreated.self,
            #"{"createdAt":"2026-03-02T10:00:03.007Z","environment":"LIVE","events":["wallet.credited"],"id":"w","#
                + #""signingSecret":"s","url":"https://a.example.com/"}"#
        )
        #expect(webhook.webhook.createdAt == at && webhook.webhook.environment == .live && webhook.signingSecret == "s")
        #expect(try Self.read(WalletWebhookDeleted.self, #"{"id":"w","ok":true}"#) == WalletWebhookDeleted(id: "w"))
        #expect(
            try Self.read(WalletPoolState.self, #"{"balance":7,"lowWaterMark":5}"#)
                == WalletPoolState(balance: 7, lowWaterMark: 5))
    }
}
