import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A spend that is wrong in itself")
struct SpendValidationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let request: SpendRequest
        let reason: SpendingError.Reason
        var field: String?

        var testDescription: String { name }
    }

    static let year9999 = PostgresTimestamp(microsecondsSinceEpoch: 253_402_300_799_999_999)
    static let year0001 = PostgresTimestamp(microsecondsSinceEpoch: -62_135_596_800_000_000)

    static let year2000 = PostgresTimestamp(microsecondsSinceEpoch: 946_684_800_000_000)
    /// The clock of these tests.
    static let now = PostgresTimestamp(microsecondsSinceEpoch: 1_772_445_600_000_000)

    static func changed(_ change: (inout SpendRequest) -> Void) -> SpendRequest {
        var request = spend("spend")
        change(&request)
        return request
    }

    static let cases: [Case] = [
        Case(
            name: "an empty spend id", request: changed { $0.spendID = "" }, reason: .invalidArgument,
            field: "spend.spend_id"),
        Case(
            name: "a spend id of 129 bytes", request: changed { $0.spendID = String(repeating: "a", count: 129) },
            reason: .invalidArgument, field: "spend.spend_id"),
        Case(
            name: "a spend id of 1 MB", request: changed { $0.spendID = String(repeating: "a", count: 1 << 20) },
            reason: .invalidArgument, field: "spend.spend_id"),
        Case(
            name: "a spend id of 65 letters of two bytes",
            request: changed { $0.spendID = String(repeating: "é", count: 65) }, reason: .invalidArgument,
            field: "spend.spend_id"),
        Case(
            name: "a spend id with NUL", request: changed { $0.spendID = "a\0b" }, reason: .invalidArgument,
            field: "spend.spend_id"),
        Case(
            name: "a card id with a line feed", request: changed { $0.cardID = "card\n" }, reason: .invalidArgument,
            field: "spend.card_id"),
        Case(
            name: "a card id of 1 MB", request: changed { $0.cardID = String(repeating: "c", count: 1 << 20) },
            reason: .invalidArgument, field: "spend.card_id"),
        Case(
            name: "a category code of three digits", request: changed { $0.merchantCategoryCode = "541" },
            reason: .invalidArgument, field: "spend.merchant_category_code"),
        Case(
            name: "a category code of other digits", request: changed { $0.merchantCategoryCode = "٥٤١١" },
            reason: .invalidArgument, field: "spend.merchant_category_code"),
        Case(
            name: "a merchant name with NUL", request: changed { $0.merchantName = "a\0" }, reason: .invalidArgument,
            field: "spend.merchant_name"),
        Case(
            name: "a merchant name of 513 bytes",
            request: changed { $0.merchantName = String(repeating: "m", count: 513) }, reason: .invalidArgument,
            field: "spend.merchant_name"),
        Case(
            name: "a country of three letters", request: changed { $0.merchantCountry = "USA" },
            reason: .invalidArgument, field: "spend.merchant_country"),
        Case(
            name: "a country in lower case", request: changed { $0.merchantCountry = "us" },
            reason: .invalidArgument, field: "spend.merchant_country"),
        Case(
            name: "a time before the year 1",
            request: changed { $0.occurredAt = year0001.advanced(by: .microseconds(-1)) }, reason: .invalidArgument,
            field: "spend.occurred_at"),
        Case(
            name: "a time after the year 9999",
            request: changed { $0.occurredAt = year9999.advanced(by: .microseconds(1)) }, reason: .invalidArgument,
            field: "spend.occurred_at"),
        Case(
            name: "a time before the year 2000",
            request: changed { $0.occurredAt = year2000.advanced(by: .microseconds(-1)) }, reason: .invalidArgument,
            field: "spend.occurred_at"),
        Case(
            name: "the year 1970", request: changed { $0.occurredAt = PostgresTimestamp(microsecondsSinceEpoch: 0) },
            reason: .invalidArgument, field: "spend.occurred_at"),
        Case(
            name: "the year 2999",
            request: changed { $0.occurredAt = PostgresTimestamp(microsecondsSinceEpoch: 32_472_144_000_000_000) },
            reason: .invalidArgument, field: "spend.occurred_at"),
        Case(
            name: "a day and a microsecond after now",
            request: changed { $0.occurredAt = now.advanced(by: .seconds(86_400) + .microseconds(1)) },
            reason: .invalidArgument, field: "spend.occurred_at"),
        Case(
            name: "milliseconds for seconds",
            request: changed {
                $0.occurredAt = PostgresTimestamp(microsecondsSinceEpoch: 1_764_500_000_000 * 1_000_000)
            }, reason: .invalidArgument, field: "spend.occurred_at"),
        Case(
            name: "an endless time", request: changed { $0.occurredAt = .infinity }, reason: .invalidArgument,
            field: "spend.occurred_at"),
        Case(
            name: "an unknown currency", request: spend("spend", currency: "XXX"), reason: .unknownCurrency,
            field: "spend.amount.currency_code"),
        Case(
            name: "a currency in lower case", request: spend("spend", currency: "usd"), reason: .unknownCurrency,
            field: "spend.amount.currency_code"),
        Case(
            name: "no currency", request: spend("spend", currency: ""), reason: .unknownCurrency,
            field: "spend.amount.currency_code"),
        Case(
            name: "an amount of zero", request: spend("spend", amount: 0), reason: .notPositive,
            field: "spend.amount.minor_units"),
        Case(
            name: "a negative amount", request: spend("spend", amount: -1), reason: .notPositive,
            field: "spend.amount.minor_units"),
        Case(
            name: "the least amount there is", request: spend("spend", amount: .min), reason: .notPositive,
            field: "spend.amount.minor_units"),
        Case(
            name: "an amount over 10^15", request: spend("spend", amount: SpendRequest.amountMinorMax + 1),
            reason: .amountTooLarge, field: "spend.amount.minor_units"),
        Case(
            name: "the largest amount there is", request: spend("spend", amount: .max), reason: .amountTooLarge,
            field: "spend.amount.minor_units"),
        Case(
            name: "everything wrong at once: the ids are named first",
            request: changed {
                $0.spendID = ""
                $0.currencyCode = "?"
                $0.amountMinor = -1
            }, reason: .invalidArgument, field: "spend.spend_id"),
        Case(
            name: "currency and amount wrong: the currency is named first",
            request: spend("spend", amount: -1, currency: "ABC"), reason: .unknownCurrency,
            field: "spend.amount.currency_code"),
    ]

    @Test("is refused with its reason and field, and nothing is stored")
    func refused() async throws {
        try await SpendingFixture.with(now: { Self.now }) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            for wrong in Self.cases {
                do {
                    _ = try await fixture.recordSpend.record(wrong.request)
                    Issue.record("\(wrong.name) was taken")
                } catch let error as SpendingError {
                    #expect(error.reason == wrong.reason, "\(wrong.name)")
                    #expect(error.field == wrong.field, "\(wrong.name)")
                    #expect(error.outcome == .notApplied, "\(wrong.name)")
                    #expect(error.kind == .invalidArgument, "\(wrong.name)")
                }
            }
            let stored = try await fixture.number("select count(*) from spends")
            #expect(stored == 0)
        }
    }

    @Test("is not what lies just inside every limit")
    func limits() async throws {
        try await SpendingFixture.with(now: { Self.now }) { fixture in
            try await fixture.register("c")
            try await fixture.register(String(repeating: "é", count: 64))
            var largest = spend(
                String(repeating: "s", count: 128), card: String(repeating: "é", count: 64),
                amount: SpendRequest.amountMinorMax, mcc: "0000",
                at: Self.now.advanced(by: .seconds(86_400)))
            largest.merchantName = String(repeating: "m", count: 512)
            var smallest = spend("s", card: "c", amount: 1, mcc: "", at: Self.year2000)
            smallest.merchantName = ""
            smallest.merchantCountry = ""
            for request in [largest, smallest] {
                let answer = try await fixture.recordSpend.record(request)
                let read = try await GetSpend(pool: fixture.pool)(request.spendID)
                #expect(read == answer.recorded)
                #expect(read.spend.purchase.occurredAtMicros == request.occurredAt?.microsecondsSinceEpoch)
                #expect(read.spend.purchase.merchantName == request.merchantName)
            }
        }
    }

    @Test("carries no value of the request in its message")
    func messagesLeakNothing() async throws {
        try await SpendingFixture.with { fixture in
            let secret = "4111111111111111"
            var request = spend(secret, card: secret, currency: secret)
            request.merchantName = secret
            do {
                _ = try await fixture.recordSpend.record(request)
                Issue.record("an unknown currency was taken")
            } catch let error as SpendingError {
                #expect(!"\(error)".contains(secret))
            }
        }
    }
}
