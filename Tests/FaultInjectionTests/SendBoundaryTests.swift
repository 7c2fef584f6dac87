import Issuance
import PostgreSQL
import Synchronization
import TestSupport
import Testing

/// The two commits around a call that cannot be taken back: the lease before it, the outcome after it (I-6).
@Suite("When a connection breaks while issuances are sent", .serialized, .timeLimit(.minutes(30)))
struct SendBoundaryTests {
    @Test("an issuance reaches Cosmo once, and is confirmed in the end", arguments: Cut.allCases, [0, 1])
    func send(_ cut: Cut, commitsBefore: Int) async throws {
        let name = "\(commitsBefore == 0 ? "the lease" : "the outcome"), \(cut)"
        try await FaultStage.with { stage in
            try await stage.earn(points: 7)
            _ = try await stage.planner(stage.direct).planDue()
            stage.proxy.cut(cut, commitsBefore: commitsBefore)
            let sender = stage.sender()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                // Either the issuance is accepted, or its lease was committed without the sender hearing of it.
                try await eventually("the cut was made and the issuance is accepted or leased") {
                    let accepted = try await stage.number("select count(*) from issuances where status = 'accepted'")
                    let leased = try await stage.number("select count(*) from issuances where status = 'sending'")
                    return stage.proxy.cutCount == 1
                        && (accepted > 0 || (commitsBefore == 0 && leased > 0 && stage.cosmo.calls.isEmpty))
                }
                sender.stop()
                try await group.waitForAll()
            }
            #expect(stage.proxy.cutCount == 1, "\(name): the commit to be cut never came")
            #expect(stage.cosmo.calls.count <= 1, "\(name): Cosmo was called more than once")
            if cut == .afterCommit, commitsBefore == 0 {
                #expect(
                    stage.cosmo.calls.isEmpty, "\(name): an issuance was sent under a lease whose commit was not known"
                )
            }
            try await Self.settle(stage)
            #expect(stage.cosmo.calls.count == 1, "\(name): Cosmo was called \(stage.cosmo.calls.count) times")
            let confirmed = try await stage.number("select count(*) from issuances where status = 'confirmed'")
            #expect(confirmed == 1, "\(name): \(confirmed) issuances are confirmed")
            let issued = try await stage.number("select sum(issued_micro)::int8 from positions")
            #expect(issued == 7_000_000, "\(name): \(issued) are issued")
        }
    }

    /// Time passes: leases end, reads settle, what Cosmo never had is sent again.
    private static func settle(_ stage: FaultStage) async throws {
        for minutes in 1...10 {
            if try await stage.number("select count(*) from issuances where status = 'confirmed'") == 1 { return }
            let later = PostgresTimestamp.now.advanced(by: .seconds(Int64(minutes) * 60))
            while try await stage.resolver(stage.pool, now: { later }).resolveDue() > 0 {}
            if try await stage.number("select count(*) from issuances where status = 'planned'") == 0 { continue }
            let sender = stage.sender(now: { later })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await eventually("everything planned is sent") {
                    try await stage.number("select count(*) from issuances where status in ('planned', 'sending')") == 0
                }
                sender.stop()
                try await group.waitForAll()
            }
        }
    }
}
