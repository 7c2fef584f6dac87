import Foundation
import MultibrandAPI
import PostgreSQL
import Rewards
import Testing

@testable import Explanation
@testable import MultibrandRPC
@testable import multibrand

@Suite("A spend's explanation is a fixed page of its story")
struct ExplanationTests {
    @Test("docs/explain.md shows the page of a spend with caps, refusals, a refund and an issuance")
    func golden() throws {
        let page = Multibrand_V1_SpendExplanation(try StoryFixture.rich()).text
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let document = try String(contentsOf: root.appendingPathComponent("docs/explain.md"), encoding: .utf8)
        #expect(document.contains("```text\n\(page)\n```"), "the page is now:\n\(page)")
    }

    @Test("a spend of a card without links is held, and the page says why")
    func held() throws {
        let page = Multibrand_V1_SpendExplanation(try StoryFixture.held()).text
        #expect(
            page == """
                Purchase
                ────────
                  spend-2 on card card-1: 5.00 USD, 2026-11-20 08:30:00 UTC.
                  Merchant category not known.
                  Recorded 2026-11-20 08:30:01 UTC.

                Preference
                ──────────
                  Version 0, the one in force when the spend was recorded. It is in force now.
                  Nothing was linked yet.

                Split
                ─────
                  No program was linked, so nothing was split.
                  5.00 USD was held: the card had no links.

                Programs
                ────────
                  No program was asked.

                Held
                ────
                  5.00 USD is held now.
                  The first version of the preference after version 0 that has links decides it, or an operator.

                Refunds
                ───────
                  Nothing was ever refunded.

                Positions
                ─────────
                  No program has a position with this card.

                Issuances
                ─────────
                  No issuance has been planned since.
                """)
    }

    @Test("what was held is shown with its release, and what refunds had taken of it")
    func released() throws {
        let explanation = Multibrand_V1_SpendExplanation(try StoryFixture.released())
        for line in [
            "2026-11-20 10:30:00 UTC: 5.00 USD was decided under version 1 of the preference, since the card has "
                + "links.",
            "Weights prg_sky:1. The card's running total under them was 12.34 USD.",
            "prg_sky: 4.00 USD, earned 8 points by configuration 3, MONTHLY_CAP.",
            "1.00 USD earns nothing: every program refused it.",
            "what refund refund-1 had taken of the held part, 2.00 USD, was taken from its release instead.",
            "prg_sky, of the release: 1.00 and 2 points.", "excluded, of the release: 1.00.",
        ] {
            #expect(explanation.text.contains(line), "\(line) in\n\(explanation.text)")
        }
        #expect(explanation.held.release.outcome == .released && explanation.held.release.amountMinor == 500)
        #expect(explanation.held.release.source == "releases/spend-2")
    }

    @Test("a parked leg, what it came to, a late clearing and a debt are shown")
    func parked() throws {
        let page = Multibrand_V1_SpendExplanation(try StoryFixture.parked()).text
        for line in [
            "Version 1, the one valid when the purchase happened, since its authorisation had been reversed. Version 2 "
                + "is in force now.",
            "Authorisation auth-1 of 2026-11-20 08:30:00 UTC pins version 1; it was reversed 2026-11-20 09:30:00 UTC.",
            "Parked, PLUGIN_TIMED_OUT: 5.00 USD stays with it and earned nothing when the spend was recorded.",
            "Settled since by configuration 4: earned 5 points.",
            "prg_sky: 5 points earned, 5 points clawed back, 5 points issued, 5 points owed.",
            "Nothing is sent while it owes; later earnings pay it.",
        ] {
            #expect(page.contains(line), "\(line) in\n\(page)")
        }
    }

    @Test("a fixed part is shown apart from the share")
    func fixedPart() throws {
        let explanation = Multibrand_V1_SpendExplanation(try StoryFixture.fixedPart())
        for line in [
            "Set aside first, as fixed parts: 0.50 USD for prg_pot. The rest, 9.51 USD, was apportioned; the running "
                + "total "
                + "counts only that.",
            "it was 0.07 USD and is 9.58 USD with this one.",
            "Asked about 5.25 USD: its fixed part and its share.", "Took 4.76 of 4.76 USD",
        ] {
            #expect(explanation.text.contains(line), "\(line) in\n\(explanation.text)")
        }
        #expect(explanation.split.shares.map(\.fixedMinor) == [50, 0])
        #expect(explanation.split.shares.map(\.shareMinor) == [475, 476])
    }

    @Test("the message has every number of the page, with the row that it comes from")
    func message() throws {
        let explanation = Multibrand_V1_SpendExplanation(try StoryFixture.rich())
        #expect(explanation.purchase.source == "spends/spend-1")
        #expect(explanation.preference.change.source == "preference_versions/card-1/2")
        #expect(explanation.split.runningTotalBefore == 1234 && explanation.split.runningTotalAfter == 13_579)
        #expect(explanation.split.shares.reduce(0) { $0 + $1.shareMinor } == 12_345)
        for share in explanation.split.shares { #expect(share.afterMinor - share.beforeMinor == share.shareMinor) }
        #expect(
            explanation.legs.map(\.configuration.source) == [
                "program_configurations/prg_hotel/1", "program_configurations/prg_sky/3",
            ])
        #expect(explanation.legs.last?.adjustments.map(\.effect) == [.refused, .rated, .unearned])
        #expect(explanation.refunds.movements.map(\.refundID) == ["refund-1"])
        #expect(
            explanation.positions.map(\.source) == [
                "positions/card-1/prg_hotel/value", "positions/card-1/prg_sky/points",
            ])
        #expect(explanation.issuances.map(\.source) == ["issuances/mb-0a1b2c"])
        #expect(explanation.issuances.map(\.delivery.source) == ["inbox/17"])
    }

    @Test("what may still come is said: held money, a parked leg, what is pending and what is owed")
    func expectations() throws {
        func kinds(_ story: SpendStory) -> [String] {
            Multibrand_V1_SpendExplanation(story).mayStillCome.map { "\($0.kind) \($0.programID) \($0.quantity)" }
        }
        #expect(kinds(try StoryFixture.held()) == ["heldMoney  500"])
        #expect(kinds(try StoryFixture.parked()) == ["debt prg_sky 5000000"])
        var undecided = try StoryFixture.parked()
        undecided.settled = [:]
        #expect(kinds(undecided) == ["parkedLeg prg_sky 500", "debt prg_sky 5000000"])
        #expect(kinds(try StoryFixture.rich()) == ["pending prg_hotel 114760000", "pending prg_sky 210000"])
    }

    @Test("no account is shown whole")
    func personal() throws {
        let explanation = Multibrand_V1_SpendExplanation(try StoryFixture.rich())
        let everything = explanation.text + (try WholeJSON.text(explanation))
        for secret in StoryFixture.secrets { #expect(!everything.contains(secret)) }
        #expect(everything.contains("M-1…1"))
    }

    @Test(
        "a rate is exact when it comes out even, and said to be about otherwise",
        arguments: [
            (3_060_000, 306, "1 point for each 1.00"), (1_000_000, 300, "about 0.333333 points for each 1.00"),
            (9_180_000, 306, "3 points for each 1.00"), (0, 306, "0 points for each 1.00"),
            (Int64.max, 1, "more than can be written for each major unit"),
        ] as [(Int64, Int64, String)])
    func rates(_ micro: Int64, _ acceptedMinor: Int64, _ words: String) throws {
        let text = ExplanationText(currencyCode: "USD")
        #expect(text.rate(micro, on: acceptedMinor, isPoints: true) == words)
    }
}
