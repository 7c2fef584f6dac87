import Cosmo
import CosmoSandbox
import Issuance
import OperatorRecord
import PostgreSQL
import Rewards
import Testing

/// What operators decide and see.
@Suite struct OperatorTests {
    private func withUnknown(_ body: (Stage, IssuanceRecord, ResolveIssuance) async throws -> Void) async throws {
        try await Stage.with { stage in
            stage.sandbox.setFaults([SandboxFault(.error500Before)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let resolve = ResolveIssuance(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
            try await body(stage, try await stage.theIssuance(), resolve)
        }
    }

    @Test("Evidence that Cosmo has it confirms the issuance and is kept beside it")
    func resolvedIssued() async throws {
        try await withUnknown { stage, unknown, resolve in
            let issuance = try await resolve(
                referenceNumber: unknown.referenceNumber, outcome: .issued, evidence: " seen in the portal, ticket 7 ",
                transactionID: "tx_portal", by: "ops-1")
            #expect(issuance.status == .confirmed && issuance.settledBy == .operator)
            let stored = try await stage.theIssuance()
            #expect(stored.evidence == "seen in the portal, ticket 7" && stored.evidenceBy == "ops-1")
            #expect(stored.cosmoTransactionID == "tx_portal")
            try await stage.checkBooks()
        }
    }

    @Test("Evidence that Cosmo does not have it makes the quantity pending and planned under a new reference")
    func resolvedNotIssued() async throws {
        try await withUnknown { stage, unknown, resolve in
            let issuance = try await resolve(
                referenceNumber: unknown.referenceNumber, outcome: .notIssued, evidence: "not in the portal",
                by: "ops-1")
            #expect(issuance.status == .parked && issuance.reason == "OPERATOR_NOT_ISSUED")
            try await stage.plan()
            try await stage.send()
            let issuances = try await stage.reads.issuances().issuances
            #expect(issuances.map(\.status) == [.parked, .accepted])
            #expect(Set(issuances.map(\.referenceNumber)).count == 2)
            #expect(stage.sandbox.transactions().count == 1)
            try await stage.checkBooks()
        }
    }

    @Test("A resolution is refused without evidence, for the wrong status, a taken id, or an unknown reference")
    func refusals() async throws {
        try await withUnknown { stage, unknown, resolve in
            func reason(_ reference: String, _ evidence: String, _ id: String? = nil) async -> IssuanceError.Reason? {
                do {
                    _ = try await resolve(
                        referenceNumber: reference, outcome: .issued, evidence: evidence, transactionID: id, by: "ops")
                    return nil
                } catch {
                    return (error as? IssuanceError)?.reason
                }
            }
            #expect(await reason("mb-none", "seen") == .unknownIssuance)
            #expect(await reason("mb-\0", "seen") == .unknownIssuance)
            #expect(await reason(unknown.referenceNumber, "  \n") == .missingEvidence)
            #expect(await reason(unknown.referenceNumber, String(repeating: "x", count: 2_001)) == .invalidArgument)
            #expect(await reason(unknown.referenceNumber, "seen", "tx\n1") == .invalidArgument)
            try await stage.earn("c2", "prg_stay", points: 5)
            try await stage.plan()
            try await stage.send()
            let accepted = try #require(try await stage.reads.issuances(status: .accepted).issuances.first)
            #expect(await reason(unknown.referenceNumber, "seen", accepted.cosmoTransactionID) == .transactionIDTaken)
            #expect(await reason(accepted.referenceNumber, "seen") == .wrongStatus)
            #expect(try await stage.reads.issuance(unknown.referenceNumber).status == .unknown)
            #expect(await reason(unknown.referenceNumber, "seen") == nil)
            #expect(await reason(unknown.referenceNumber, "seen again") == .wrongStatus)
        }
    }

    @Test("What cannot be recorded is not done")
    func recorded() async throws {
        try await withUnknown { stage, unknown, resolve in
            _ = try await stage.pool.query("alter table operator_actions add check (client_id <> 'ops')")
            let audit = AuditEntry(clientID: "ops", action: "ResolveIssuance", subject: unknown.referenceNumber)
            await #expect(throws: PostgresError.self) {
                _ = try await resolve(
                    referenceNumber: unknown.referenceNumber, outcome: .issued, evidence: "seen", by: "ops",
                    audit: audit)
            }
            #expect(try await stage.theIssuance().status == .unknown)
            try await stage.checkBooks()
        }
    }

    @Test("Listings page without skipping or repeating, and refuse tokens they did not give")
    func pages() async throws {
        try await Stage.with { stage in
            for card in 0..<23 {
                try await stage.earn("c\(card / 2)", card % 2 == 0 ? "prg_stay" : "prg_fuel", points: 10)
            }
            try await stage.plan()
            var issuances: [String] = []
            var positions: [PositionKey] = []
            var token = ""
            repeat {
                let page = try await stage.reads.issuances(pageSize: 5, pageToken: token)
                issuances += page.issuances.map(\.referenceNumber)
                token = page.nextPageToken ?? ""
            } while !token.isEmpty
            repeat {
                let page = try await stage.reads.positions(pageSize: 4, pageToken: token)
                positions += page.positions.map(\.key)
                token = page.nextPageToken ?? ""
            } while !token.isEmpty
            #expect(issuances.count == 23 && Set(issuances).count == 23)
            #expect(positions.count == 23 && Set(positions).count == 23)
            #expect(try await stage.reads.issuances(cardID: "c3").issuances.count == 2)
            #expect(try await stage.reads.issuances(programID: "prg_fuel", status: .planned).issuances.count == 11)
            #expect(try await stage.reads.positions(cardID: "c3", programID: "prg_fuel").positions.count == 1)
            for bad in ["x", "zz", "00", "6162", "31"] {
                await #expect(throws: IssuanceError.self) { _ = try await stage.reads.positions(pageToken: bad) }
            }
            await #expect(throws: IssuanceError.self) { _ = try await stage.reads.issuances(pageToken: "6162") }
            let missing = await #expect(throws: IssuanceError.self) {
                _ = try await stage.reads.position(cardID: "c99", programID: "prg_stay")
            }
            #expect(missing?.reason == .unknownPosition && missing?.kind == .notFound)
            for bad in ["", "a\u{0}b", String(repeating: "x", count: 129)] {
                let error = await #expect(throws: IssuanceError.self) {
                    _ = try await stage.reads.positions(cardID: bad)
                }
                #expect(error?.reason == .invalidArgument && error?.field == "card_id")
            }
            let counts = try await stage.reads.counts(includingSettled: true)
            #expect(counts.byStatus[.planned] == 23 && counts.byStatus[.confirmed] == 0)
            #expect(counts.positionsToPlan == 0 && counts.positionsBlocked == 0)
        }
    }
}
