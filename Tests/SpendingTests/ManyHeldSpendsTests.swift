import Foundation
import PostgreSQL
import Rewards
import Spending
import Synchronization
import Testing

/// A card that has gathered held spends for years gets its first link, while it and another card go on spending.
///
/// `MULTIBRAND_HELD_SPENDS=100000` runs it at the size that the docs name.
@Suite("Many held spends of one card", .timeLimit(.minutes(30)))
struct ManyHeldSpendsTests {
    private static let count =
        ProcessInfo.processInfo.environment["MULTIBRAND_HELD_SPENDS"].flatMap(Int.init) ?? 3_000

    @Test("are all released, each once, while the card and another one spend at any time between two batches")
    func releasedBesideSpending() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card")
            try await fixture.register("other", [("prg_a", 1)])
            try await record(Self.count, fixture)
            try await fixture.setPreference("card", [("prg_a", 1)])

            let flag = Flag()
            let worker = fixture.releaseWorker(spendsPerBatch: ReleaseWorker.spendsPerBatch)
            let between = try await withThrowingTaskGroup(of: [String: Int].self) { group in
                for card in ["card", "other"] {
                    group.addTask { try await spendOn(card, until: flag, fixture) }
                }
                let report = try await worker.sweep()
                flag.raise()
                #expect(report.released == Self.count && report.obstacles.isEmpty)
                var counts: [String: Int] = [:]
                for try await part in group { counts.merge(part) { $1 } }
                return counts
            }
            // Releases and purchases of the card alternate: the card was free between two batches.
            let turns = try await fixture.number(
                """
                select count(*) from (
                    select is_release <> lag(is_release) over (order by number) as turned from (
                        select spend_number as number, false as is_release from spends
                         where card_id = 'card' and held_minor = 0
                        union all
                        select release_number, true from releases) all_of_it) turns
                 where turned
                """)
            #expect(turns >= 4, "\(between)")
            #expect(between.values.allSatisfy { $0 > 0 })
            let kept = try await fixture.kept("prg_a")
            #expect(kept == Int64(Self.count + (between["card"] ?? 0)) * 1_000_000)
            #expect(try await fixture.number("select count(*) from held_spends") == 0)
            let faults = try await fixture.faults()
            #expect(faults == [])
        }
    }

    private func record(_ count: Int, _ fixture: SpendingFixture) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= 512 { try await group.next() }
                group.addTask {
                    _ = try await fixture.recordSpend.record(spend("held-\(number)", amount: 1_00))
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Spends on a card, one purchase after the other, until stopped; returns how many there were.
private func spendOn(
    _ card: String, until flag: Flag, _ fixture: SpendingFixture
) async throws -> [String: Int] {
    var number = 0
    repeat {
        _ = try await fixture.recordSpend.record(spend("\(card)-\(number)", card: card, amount: 1_00))
        number += 1
    } while !flag.isRaised
    return [card: number]
}

/// What one task tells the others.
private final class Flag: Sendable {
    private let raised = Mutex(false)

    var isRaised: Bool { raised.withLock { $0 } }

    func raise() { raised.withLock { $0 = true } }
}
