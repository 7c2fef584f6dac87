import Cosmo
import Issuance
import PostgreSQL
import Rewards
import Spending

@testable import Explanation

/// Spends whose stories never change.
enum StoryFixture {
    /// What must never be shown.
    static let secrets = ["M-100231", "zoe@example.org"]

    /// 2026-11-20T08:30:00Z and seconds after it.
    static func time(_ seconds: Int64 = 0) -> PostgresTimestamp {
        PostgresTimestamp(microsecondsSinceEpoch: (1_795_163_400 + seconds) * 1_000_000)
    }

    static func input(_ spendID: String, _ amountMinor: Int64, category: String = "") throws -> SpendInput {
        SpendInput(
            spendID: spendID, cardID: "card-1",
            purchase: Purchase(
                amount: Money(currency: try CurrencyCode("USD"), minorUnits: amountMinor),
                merchantCategoryCode: category, merchantName: category.isEmpty ? "" : "Cafe Sol",
                merchantCountry: category.isEmpty ? "" : "ES", occurredAtMicros: time().microsecondsSinceEpoch))
    }

    /// Two programs, one refusing a part and capped, one taking what was refused; a refund, and an issuance that a
    /// webhook confirmed.
    static func rich() throws -> SpendStory {
        let weights = try WeightVector([("prg_hotel", 2), ("prg_sky", 3)])
        let shares = try Apportionment(weights).legs(runningTotal: 1234, amount: 12_345)
        let refused: Int64 = 1000
        let hotel = Leg(
            programID: "prg_hotel", status: .earned, offeredMinor: shares[0] + refused,
            amountMinor: shares[0] + refused, earning: .value(microMinor: (shares[0] + refused) * 20_000),
            faultReason: nil, adjustments: [],
            plugin: PluginIdentity(plugin: "flat-rate@1.0.0", digest: "aa", configurationVersion: 1),
            periodTotals: nil)
        let sky = Leg(
            programID: "prg_sky", status: .earned, offeredMinor: shares[1], amountMinor: shares[1] - refused,
            earning: .points(MicroPoints((shares[1] - refused - 400) * 30_000)), faultReason: nil,
            adjustments: [
                Adjustment(.refused, reason: "CASH_PART", amountMinor: refused),
                Adjustment(.rated, reason: "DINING", amountMinor: shares[1] - refused - 400),
                Adjustment(.unearned, reason: "MONTHLY_CAP", amountMinor: 400),
            ],
            plugin: PluginIdentity(plugin: "category@1.0.0", digest: "bb", configurationVersion: 3),
            periodTotals: PeriodTotals(acceptedMinor: 50_000, earnedMicro: 1_500_000_000))
        let decision = Decision(
            input: try input("spend-1", 12_345, category: "5812"), preferenceVersion: 2, fallback: .standard,
            certificate: Certificate(
                weights: weights, totalBefore: 1234, totalAfter: 1234 + 12_345, shares: shares),
            legs: [hotel, sky], excludedMinor: 0, heldMinor: 0, remainderRule: nil)
        var story = SpendStory(
            decision: decision, recordedAt: time(1), attribution: .latest, refundedMinor: 500, versionInForce: 2)
        story.version = SpendStory.Version(
            version: 2, cause: "allocation", causeID: "request-7", effectiveAt: time(-86_400),
            recordedAt: time(-86_399),
            links: [
                .init(
                    programID: "prg_hotel", parts: 40,
                    maskedAccount: SpendStory.Version.masked(CosmoAccount(email: secrets[1]))),
                .init(
                    programID: "prg_sky", parts: 60,
                    maskedAccount: SpendStory.Version.masked(CosmoAccount(userID: secrets[0]))),
            ])
        story.names = ["prg_hotel": "Hotel Club", "prg_sky": "Sky Miles"]
        story.configurations = [
            "prg_hotel": .init(json: #"{"percentBack":"2"}"#, setBy: "operator-a", setAt: time(-900_000)),
            "prg_sky": .init(
                json:
                    #"{"categories":"2026-11","defaultRate":"1","rates":[{"codes":["5812"],"name":"DINING","#
                    + #""rate":"3"}]}"#,
                setBy: "operator-a", setAt: time(-800_000)),
        ]
        story.movements = [
            .init(
                refundID: "refund-1", cause: "refund", amountMinor: 500, refundedAfterMinor: 500, excludedMinor: 0,
                heldMinor: 0, recordedAt: time(7200),
                clawbacks: [
                    .init(programID: "prg_hotel", unit: .value, amountMinor: 200, micro: 4_000_000),
                    .init(programID: "prg_sky", unit: .points, amountMinor: 300, micro: 0),
                ])
        ]
        story.standings = [
            .init(
                programID: "prg_hotel", unit: .value,
                position: try Position(
                    earnedMicro: 118_760_000, clawedBackMicro: 4_000_000, issuedMicro: 0, inFlightMicro: 0,
                    unknownMicro: 0),
                blockedReason: "LINK_UNCHECKED"),
            .init(
                programID: "prg_sky", unit: .points,
                position: try Position(
                    earnedMicro: 2_180_210_000, clawedBackMicro: 0, issuedMicro: 2_180_000_000, inFlightMicro: 0,
                    unknownMicro: 0),
                blockedReason: nil),
        ]
        story.issuances = [
            .init(
                referenceNumber: "mb-0a1b2c", programID: "prg_sky", unit: .points, quantityMicro: 2_180_000_000,
                status: .confirmed, reason: nil, transactionID: "tx_81", settledBy: "webhook", createdAt: time(2),
                lastSentAt: time(3), settledAt: time(9), delivery: .init(inboxID: 17, receivedAt: time(8)),
                walletTransactionID: nil, isAdopted: false)
        ]
        return story
    }

    /// A program with a fixed part, and one without.
    static func fixedPart() throws -> SpendStory {
        func leg(_ programID: String, _ amountMinor: Int64) -> Leg {
            Leg(
                programID: programID, status: .earned, offeredMinor: amountMinor, amountMinor: amountMinor,
                earning: .points(MicroPoints(amountMinor * 10_000)), faultReason: nil, adjustments: [],
                plugin: PluginIdentity(plugin: "fixed-amount@1.0.0", digest: "cc", configurationVersion: 1),
                periodTotals: nil)
        }
        return SpendStory(
            decision: Decision(
                input: try input("spend-4", 1001), preferenceVersion: 1, fallback: .standard,
                certificate: Certificate(
                    weights: try WeightVector([("prg_pot", 1), ("prg_sky", 1)]), totalBefore: 7, totalAfter: 958,
                    shares: [475, 476], fixed: [50, 0]), legs: [leg("prg_pot", 525), leg("prg_sky", 476)],
                excludedMinor: 0, heldMinor: 0, remainderRule: nil),
            recordedAt: time(1), attribution: .latest, refundedMinor: 0, versionInForce: 1)
    }

    /// A card without links.
    static func held() throws -> SpendStory {
        var story = SpendStory(
            decision: Decision(
                input: try input("spend-2", 500), preferenceVersion: 0, fallback: .standard,
                certificate: Certificate(weights: .empty, totalBefore: 0, totalAfter: 0, shares: []), legs: [],
                excludedMinor: 0, heldMinor: 500, remainderRule: .noLinks),
            recordedAt: time(1), attribution: .latest, refundedMinor: 0, versionInForce: 0)
        story.heldNowMinor = 500
        return story
    }

    /// The same once the card has got a link, a refund of 2.00 having come before.
    static func released() throws -> SpendStory {
        var story = try held()
        story.heldNowMinor = 0
        story.versionInForce = 1
        story.release = .init(
            outcome: .released, cause: .link, amountMinor: 500, excludedMinor: 100, preferenceVersion: 1,
            weights: "prg_sky:1", totalBefore: 1234, recordedAt: time(7200),
            legs: [
                .init(
                    programID: "prg_sky", amountMinor: 400, earnedMicro: 8_000_000, unit: .points, isParked: false,
                    reason: "MONTHLY_CAP", configurationVersion: 3)
            ])
        story.movements = [
            .init(
                refundID: "refund-1", cause: "release", amountMinor: 0, refundedAfterMinor: 200, excludedMinor: 0,
                heldMinor: -200, releasedMinor: 200, recordedAt: time(7200),
                clawbacks: [
                    .init(programID: "prg_sky", unit: .points, amountMinor: 100, micro: 2_000_000, isOfRelease: true)
                ])
        ]
        return story
    }

    /// One program whose plugin failed, settled later, refunded after it was issued.
    static func parked() throws -> SpendStory {
        let weights = try WeightVector([("prg_sky", 1)])
        let leg = Leg(
            programID: "prg_sky", status: .parked, offeredMinor: 500, amountMinor: 500, earning: nil,
            faultReason: "PLUGIN_TIMED_OUT", adjustments: [],
            plugin: PluginIdentity(plugin: "category@1.0.0", digest: "bb", configurationVersion: 3),
            periodTotals: nil)
        var story = SpendStory(
            decision: Decision(
                input: try input("spend-3", 500), preferenceVersion: 1, fallback: .standard,
                certificate: Certificate(weights: weights, totalBefore: 0, totalAfter: 500, shares: [500]),
                legs: [leg], excludedMinor: 0, heldMinor: 0, remainderRule: nil),
            recordedAt: time(1), attribution: .clearing, refundedMinor: 500, versionInForce: 2)
        story.authorization = .init(
            authorizationID: "auth-1", authorizedAt: time(), preferenceVersion: 1, reversedAt: time(3600))
        story.settled = [
            "prg_sky": .init(earnedMicro: 5_000_000, unit: .points, configurationVersion: 4, reason: nil)
        ]
        story.standings = [
            .init(
                programID: "prg_sky", unit: .points,
                position: try Position(
                    earnedMicro: 5_000_000, clawedBackMicro: 5_000_000, issuedMicro: 5_000_000, inFlightMicro: 0,
                    unknownMicro: 0),
                blockedReason: nil)
        ]
        return story
    }
}
