import PostgreSQL
import Spending
import Synchronization

/// The use cases around a spend, over the fixture's database.
extension SpendingFixture {
    var authorizeSpend: AuthorizeSpend { AuthorizeSpend(pool: pool, configuration: configuration) }
    var reverseAuthorization: ReverseAuthorization { ReverseAuthorization(pool: pool, configuration: configuration) }
    var getAuthorization: GetAuthorization { GetAuthorization(pool: pool) }

    /// - Parameter now: The clock that the tokens' end is counted on.
    func previewSpend(
        _ configuration: SpendingConfiguration = SpendingConfiguration(),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) -> PreviewSpend {
        PreviewSpend(pool: pool, configuration: configuration, plugins: plugins, now: now)
    }

    /// Says which program of cards a card belongs to.
    func setCardProgram(_ cardID: String, _ cardProgram: String) async throws {
        _ = try await pool.query(
            "update cards set card_program = $2 where card_id = $1", [.text(cardID), .text(cardProgram)])
    }

    /// Everything that a refusal must leave as it was, as one text.
    func fingerprint() async throws -> String {
        let row = try await pool.query(
            """
            select concat_ws('/',
                (select count(*) from spends), (select count(*) from legs), (select count(*) from authorizations),
                (select coalesce(sum(total_minor), 0) from running_totals),
                (select coalesce(sum(accepted_minor), 0) from period_totals),
                (select coalesce(sum(earned_micro), 0) from positions))
            """)[0]
        return try row.value()
    }
}

/// A plain authorisation of a card.
func authorization(
    _ authorizationID: String, card: String = "card", amount: Int64 = 50_00, currency: String = "USD",
    at authorizedAt: PostgresTimestamp? = nil
) -> AuthorizationRequest {
    AuthorizationRequest(
        authorizationID: authorizationID, cardID: card, currencyCode: currency, amountMinor: amount,
        merchantCategoryCode: "5411", merchantName: "Corner shop", merchantCountry: "US", authorizedAt: authorizedAt)
}

/// A clock that stays at one time until a test moves it.
final class StandingClock: Sendable {
    private let time: Mutex<PostgresTimestamp>

    init(_ time: PostgresTimestamp = PeriodTotalTests.noon(dayOfYear: 100)) {
        self.time = Mutex(time)
    }

    var now: PostgresTimestamp { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0.advanced(by: duration) }
    }
}
