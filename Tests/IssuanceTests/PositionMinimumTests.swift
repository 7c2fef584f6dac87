import Cosmo
import Rewards
import Testing

@testable import Issuance

/// What a pending amount waits for when nothing is wrong with it.
@Suite struct PositionMinimumTests {
    @Test("a pending amount below the program's minimum is shown with the minimum, in the position's unit")
    func minimum() async throws {
        try await Stage.with { stage in
            stage.setTerms("points", ProgramTerms(minimumPoints: 100))
            stage.setTerms("any", ProgramTerms())
            stage.setTerms("value", ProgramTerms(minimumValue: 2))
            stage.setTerms("blocked", ProgramTerms(minimumPoints: 100))
            try await stage.earn("card", "points", points: 99)
            try await stage.earn("card", "any", points: 7)
            // 1.99 USD in minor units, of a program that takes whole dollars, at least two.
            try await stage.earn("card", "value", valueMicro: 199_000_000)
            try await stage.earn("card", "blocked", points: 99, validity: .invalid)
            try await stage.earn("other", "points", points: 100)
            stage.clock.advance(.seconds(60))
            try await stage.plan()
            let positions = try await stage.reads.positions().positions
            let minimums = try await stage.minimums(positions)
            let shown = zip(positions, minimums).map { position, minimum in
                "\(position.key.cardID) \(position.key.programID) \(minimum.map(String.init) ?? "-")"
            }
            #expect(
                shown == [
                    "card any -", "card blocked -", "card points 100000000", "card value 200000000", "other points -",
                ])
        }
    }
}
