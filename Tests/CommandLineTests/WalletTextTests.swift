import Foundation
import MultibrandAPI
import Rewards
import SwiftProtobuf
import Testing

@testable import MultibrandRPC
@testable import Wallet
@testable import multibrand

@Suite("The wallet's texts")
struct WalletTextTests {
    private static func row(member: String, reason: String) -> Multibrand_V1_LedgerRow {
        .with {
            $0.externalUserID = member
            $0.transaction.transactionID = "wtx_1"
            $0.transaction.sequence = 1
            $0.transaction.type = "CREDIT"
            $0.transaction.cause = "mint"
            $0.transaction.amount = 9_007_199_254_740_991
            $0.transaction.balanceAfter = 9_007_199_254_740_991
            $0.transaction.reason = reason
            $0.transaction.createdAt.seconds = 1_772_445_603
            $0.transaction.createdAt.nanos = 7_000_000
        }
    }

    @Test(
        "a ledger row is one record of CSV whatever its texts hold, and comes back as it was",
        arguments: [
            ("m", "plain"), ("m,1", ""), ("a \"b\"", "x,\"y\""), ("m", "two\r\nlines"), ("é", "\"\""), ("m", "=1+1"),
        ])
    func csv(_ member: String, _ reason: String) throws {
        let text = LedgerText.heading + "\n" + LedgerText.line(Self.row(member: member, reason: reason), "LIVE") + "\n"
        let records = try Self.records(text)
        #expect(records.count == 2 && records[0].count == 12)
        #expect(
            records[1] == [
                "LIVE", member, "1", "wtx_1", "CREDIT", "mint", "9007199254740991", "9007199254740991", reason, "",
                "", "2026-03-02T10:00:03.007Z",
            ])
    }

    @Test("a ledger row is one line of JSON, with amounts as exact numbers")
    func json() throws {
        let line = try LedgerText.json(Self.row(member: "m\n1", reason: "\"q\""), "SANDBOX")
        #expect(!line.contains("\n"))
        #expect(line.hasPrefix(#"{"environment":"SANDBOX","external_user_id":"m\n1","#))
        #expect(line.contains(#""amount":9007199254740991"#))
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }

    @Test("every status of a redemption has a word, and the word leads back to it")
    func statuses() {
        for status in Multibrand_V1_RedemptionStatus.allCases where status != .unspecified {
            #expect(RedemptionStatusWord(rawValue: status.word)?.status == status)
        }
        #expect(RedemptionStatusWord.allCases.count == RedemptionStatus.allCases.count)
    }

    @Test("a pool says that it is low below its mark, not at it, and that live credits pass it by")
    func pool() {
        func text(_ balance: Int64, isEnabled: Bool = true) -> String {
            Multibrand_V1_Pool.with {
                $0.exists = true
                $0.balance = balance
                $0.lowWaterMark = 20
                $0.enabled = isEnabled
            }.text
        }
        #expect(!text(20).contains("It is low") && text(19).contains("It is low"))
        #expect(text(20, isEnabled: false).contains("wallet.pool.enabled") && !text(20).contains("wallet.pool.enabled"))
        #expect(Multibrand_V1_Pool().text.contains("no pool"))
    }

    @Test(
        "a refusal over gRPC names the field of the message, not that of the REST contract",
        arguments: [
            (.externalUserID, "external_user_id"), (.idempotencyKey, "idempotency_key"), (.pageSize, "page_size"),
            (.pointsPrice, "points_price"), (.shortDescription, "short_description"), (.amount, "amount"),
            (.offerID, "offer_id"), (.lowWaterMark, "low_water_mark"),
        ] as [(WalletField, String)])
    func fields(_ field: WalletField, _ name: String) {
        let error = WalletMessageRefusal(WalletError(.validation, "\(field) must be better", field: field))
        #expect(error.field == name && error.message == "\(name) must be better")
        let whole = WalletMessageRefusal(WalletError(.conflict, "an offer of that id exists"))
        #expect(whole.field == nil && whole.message == "an offer of that id exists")
    }

    @Test("a page token of another listing is refused in the words of the message")
    func pageTokens() async throws {
        let error = WalletError(.validation, "\(.pageToken) must be the \(.nextPageToken) of before", field: .pageToken)
        #expect(WalletMessageRefusal(error).message == "page_token must be the next_page_token of before")
    }

    @Test("a key that must be there is asked for; one too long is refused; none is none")
    func keys() throws {
        #expect(try WalletFields.idempotency("") == nil)
        for (key, isNeeded) in [("", true), (String(repeating: "k", count: 256), false)] {
            #expect(throws: (any Error).self) { try WalletFields.idempotency(key, isNeeded: isNeeded) }
        }
        #expect(try WalletFields.idempotency("k") == WalletIdempotency(key: "k"))
    }

    /// A reader of RFC 4180 of its own.
    private static func records(_ text: String) throws -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var bytes = ArraySlice(text.utf8)
        while let byte = bytes.popFirst() {
            switch (byte, isQuoted) {
            case (0x22, true) where bytes.first == 0x22:
                cell.append(0x22)
                bytes.removeFirst()
            case (0x22, _): isQuoted.toggle()
            case (0x2C, false), (0x0A, false):
                record.append(try #require(String(bytes: cell, encoding: .utf8)))
                cell = []
                if byte == 0x0A {
                    records.append(record)
                    record = []
                }
            default: cell.append(byte)
            }
        }
        return records
    }
}
