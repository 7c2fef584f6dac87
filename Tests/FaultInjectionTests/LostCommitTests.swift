import Issuance
import Preferences
import Rewards
import Spending
import Testing

/// Calls that can tell an earlier run of themselves by a key or by the rows find out what a lost commit came to.
@Suite("When the answer to a commit is lost and the database comes back", .serialized, .timeLimit(.minutes(5)))
struct LostCommitTests {
    static let cuts: [Cut] = [.beforeCommit, .afterCommit]

    @Test("a write-off is done and recorded once, and its caller gets that answer", arguments: cuts)
    func writeOff(_ cut: Cut) async throws {
        try await FaultStage.with { stage in
            try await Boundary.writeOffDebt.prepare(stage)
            stage.proxy.cut(cut)
            let view = try await stage.writeOffDebt()
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(view.position.writtenOffMicro == 7_000_000 && view.position.debtMicro == 0)
            let faults = try await Boundary.writeOffDebt.faults(stage)
            #expect(faults.isEmpty, "\(faults)")
        }
    }

    @Test("a link is made once, and the answer does not say that another call had made it", arguments: cuts)
    func link(_ cut: Cut) async throws {
        try await FaultStage.with { stage in
            stage.proxy.cut(cut)
            let answer = try await stage.linkProgram()
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(!answer.isReplayed && answer.preferences.version == 2)
            let again = try await stage.linkProgram()
            #expect(again.isReplayed && again.preferences.version == 2)
            let faults = try await Boundary.linkProgram.faults(stage)
            #expect(faults.isEmpty, "\(faults)")
        }
    }

    @Test("legs that earn are counted and recorded once", arguments: cuts)
    func retryParkedLegs(_ cut: Cut) async throws {
        try await FaultStage.with { stage in
            try await stage.parkLegs()
            stage.proxy.cut(cut)
            let report = try await stage.retryParkedLegs()
            #expect(stage.proxy.cutCount == 1, "the commit to be cut never came")
            #expect(report.settled == 1 && report.parkedAgain.isEmpty)
            let faults = try await Boundary.retryParkedLegs.faults(stage)
            #expect(faults.isEmpty, "\(faults)")
            let recorded = try await stage.number(
                "select sum((detail ->> 'settled')::int8)::int8 from operator_actions where action = 'RetryParkedLegs'")
            #expect(recorded == 1)
        }
    }
}
