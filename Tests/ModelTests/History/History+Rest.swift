import Audit
import CosmoSandbox
import Issuance
import PostgreSQL
import Preferences
import Spending

/// The end of a history: everything settles, and then it is proven again from what is on disk.
extension History {
    /// Nothing more happens from outside: all that is open settles, and both sides' books are the same.
    func comeToRest() async throws {
        note("come to rest")
        let began = ContinuousClock.now
        defer { tally.time("coming to rest", since: began) }
        if pausedProgram != nil { try await pauseOrResume() }
        // By then nothing waits for a decision any more.
        await pass(seconds: ServiceUnderTest.heldWaitSeconds)
        try await sweepHeld()
        for _ in 0..<12 {
            await pass(seconds: 600)
            while try await service.linkChecker.checkDue() > 0 {}
            while try await service.planner.planDue().positionCount > 0 {}
            try await service.send()
            while try await service.resolver.resolveDue() > 0 { await pass(seconds: 1) }
            for (place, body) in service.cosmo.webhooks.enumerated() where deliveredWebhooks[place] == nil {
                try await deliver(body, copy: 0)
                deliveredWebhooks[place] = 1
            }
            try await operate()
            let open = try await issuances().filter { !$0.isReturned && $0.status != "confirmed" }
            if open.isEmpty { break }
        }
        try await compare()
        try await checkAgainstBooks()
        let open = try await issuances().filter { !$0.isReturned && $0.status != "confirmed" }
        // What is owed keeps what was planned from being sent; nothing else stays open.
        if let stuck = open.first {
            throw fault("\(stuck.reference) never came to rest: it is \(stuck.status) \(stuck.reason)")
        }
        let ours = Set(try await issuances().filter { $0.status == "confirmed" }.map(\.reference))
        let theirs = Set(service.cosmo.transactions.map(\.referenceNumber))
        guard ours == theirs else {
            throw fault(
                "our confirmed issuances are not Cosmo's transactions: \(ours.symmetricDifference(theirs).sorted())")
        }
    }

    /// Made again from what is stored alone: every decision byte for byte (I-9), every preference from the inbox (I-8),
    /// and every identity by the checker that shares no code with what wrote the rows.
    func prove() async throws {
        note("prove")
        let began = ContinuousClock.now
        defer { tally.time("proving the end", since: began) }
        let replayed = try await service.replay(.all)
        let decidedReleases = world.releases.values.count { if case .decided = $0 { true } else { false } }
        guard replayed.isClean, replayed.spends == world.spends.count, replayed.releases == decidedReleases,
            replayed.identical == replayed.spends + replayed.releases
        else {
            throw fault("I-9: replaying found \(replayed.findings.prefix(5).map(\.description)) in \(replayed.spends)")
        }
        tally.count("decisions replayed", by: Int(replayed.identical))
        tally.count("refund movements replayed", by: Int(replayed.movements))
        tally.count("releases replayed", by: Int(replayed.releases))
        let rebuilt = try await service.rebuildPreferences(dryRun: true, by: "operator")
        let registered = world.cards.count(where: \.isRegistered)
        guard rebuilt.differences.isEmpty, rebuilt.cardsChecked == registered else {
            throw fault(
                "I-8: of \(rebuilt.cardsChecked) rebuilt cards differ:"
                    + " \(rebuilt.differences.map { "\($0.cardID) \($0.description)" })")
        }
        tally.count("preferences rebuilt", by: rebuilt.cardsChecked)
        let report = try await Verify(pool: service.pool, logger: ServiceUnderTest.logger)()
        guard report.isClean else {
            throw fault("verify found \(report.violations.prefix(5).map(\.description))")
        }
    }
}
