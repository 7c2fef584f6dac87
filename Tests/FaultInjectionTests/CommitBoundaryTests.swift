import PostgreSQL
import Rewards
import Testing

/// At every commit, and for every way in which it can break, the caller gets the true outcome and repeating is safe.
@Suite("When a connection breaks at a commit", .serialized, .timeLimit(.minutes(30)))
struct CommitBoundaryTests {
    static let boundaries =
        Boundary.spending + Boundary.releases + Boundary.refunds + Boundary.issuance + Boundary.webhooks
        + Boundary.operators
        + Boundary.platform + Boundary.wallet

    @Test(
        "the outcome in the answer agrees with the database, and the same call again takes effect once",
        arguments: boundaries)
    func boundary(_ boundary: Boundary) async throws {
        for cut in Cut.allCases {
            for aftermath in Aftermath.allCases {
                try await Self.check(boundary, cut, aftermath)
            }
        }
    }

    private static func check(_ boundary: Boundary, _ cut: Cut, _ aftermath: Aftermath) async throws {
        let name = "\(boundary.name), \(cut) and \(aftermath)"
        try await FaultStage.with { stage in
            try await boundary.prepare(stage)
            stage.proxy.cut(cut, commitsBefore: boundary.commitsBefore, then: aftermath)
            let (outcome, error) = await boundary.answer(on: stage)
            #expect(stage.proxy.cutCount == 1, "\(name): the commit to be cut never came")
            let isApplied = try await boundary.isApplied(stage)
            if boundary.answersItsCaller {
                switch outcome {
                case .applied: #expect(isApplied, "\(name): the caller got applied, and nothing is there")
                case .notApplied: #expect(!isApplied, "\(name): the caller got not applied (\(error)), and it is there")
                case .unknown: break
                }
                switch cut {
                case .midStatement:
                    #expect(outcome != .unknown, "\(name): COMMIT was never sent, so the outcome is known: \(error)")
                case .afterAnswer where !boundary.goesOn:
                    #expect(outcome == .applied, "\(name): COMMIT was answered, and the caller got \(error)")
                case .beforeCommit, .afterCommit, .afterAnswer: break
                }
            }
            stage.proxy.mend()
            try await stage.recovered()
            let again = await boundary.answer(on: stage)
            #expect(again.outcome == .applied, "\(name): repeated, it was \(again.outcome): \(again.error)")
            let faults = try await boundary.faults(stage)
            #expect(faults.isEmpty, "\(name): \(faults.joined(separator: "; "))")
        }
    }
}
