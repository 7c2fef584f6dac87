import Issuance

/// What a failover loses of what was issued, and the recovery that brings it back.
extension History {
    /// Issues, forgets that, and recovers: the books are as if nothing had been forgotten.
    func forgetWhatWasIssued() async throws {
        let worker = service.recoveryWorker
        try await worker.step()
        try await service.remember()
        note("what is issued from here on is forgotten")
        let before = service.cosmo.transactions.count
        let known = Set(try await issuances().map(\.reference))
        while try await service.planner.planDue().positionCount > 0 {}
        try await service.send()
        let isConfirmed = random.chance(50)
        if isConfirmed { while try await service.resolver.resolveDue() > 0 { await pass(seconds: 1) } }
        try await service.forget()
        note("forgotten")

        // The planner goes on and makes other issuances of the same points; nothing of them is sent.
        if random.chance(50) {
            while try await service.planner.planDue().positionCount > 0 {}
            let sent = service.cosmo.transactions.count
            try await service.send()
            let planned = try await issuances().contains { $0.status == "planned" }
            guard service.cosmo.transactions.count == sent else { throw fault("something was sent in a recovery") }
            if planned { tally.count("claims that the fence refused") }
        }
        try await recover(worker)
        let adopted = try await issuances().filter { !known.contains($0.reference) && $0.status == "confirmed" }
        tally.count("recoveries")
        tally.count("issuances adopted", by: adopted.count)
        tally.count("transactions at Cosmo", by: service.cosmo.transactions.count - before)
        for reference in adopted.map(\.reference) { confirmed.insert(reference) }
        // What was planned meanwhile and is issued already goes back.
        try await plan()
        try await checkAgainstBooks()
    }

    private func recover(_ worker: RecoveryWorker) async throws {
        service.cosmo.listsAll = true
        defer { service.cosmo.listsAll = false }
        try await worker.step()
        // Calls that were under way when the books were lost reach Cosmo only now.
        await pass(seconds: 90 + ServiceUnderTest.settleSeconds + 1)
        try await worker.step()
        let reads = IssuanceReads(pool: service.pool)
        let recovery = try await reads.recovery()
        guard recovery.isCompared, recovery.cause == .timeline else { throw fault("not compared: \(recovery)") }
        guard recovery.endedAt == nil else { return tally.count("recoveries that ended by themselves") }
        // Others' transactions without a reference may be anybody's until a person looks.
        let unexplained = recovery.findings.filter(\.isOpen)
        guard unexplained.allSatisfy({ $0.transactionID.hasPrefix("foreign-") }) else {
            throw fault("left unexplained: \(unexplained)")
        }
        let ended = try await service.recoveryDesk.end(evidence: "foreign ones", force: true, by: "operator")
        guard ended.endedBy == "operator" else { throw fault("not ended: \(ended)") }
        tally.count("recoveries that an operator ended")
    }
}
