import Cosmo
import Issuance
import PostgreSQL
import PostgreSQLCluster
import Testing

/// The audit trail of calls to Cosmo.
@Suite struct CallTrailTests {
    private func record(_ number: Int, response: String = "{\"id\":\"tx\"}", reference: String? = nil)
        -> CosmoCallRecord
    {
        CosmoCallRecord(
            call: .issuance, programID: "prg_stay", referenceNumber: reference ?? "mb-\(number)",
            requestSummary: "{\"value\":\(number)}", responseStatus: 201, responseSummary: response,
            startedAtMicroseconds: 1_760_000_000_000_000 + Int64(number), duration: .milliseconds(12),
            outcome: number % 2 == 0 ? .answered : .unknown, reason: number % 2 == 0 ? nil : .timedOut)
    }

    @Test("Every record is written, more than the buffer holds, and the rest at the end")
    func writes() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let writer = CosmoCallWriter(pool: pool, capacity: 16, logger: Stage.logger)
            let running = Task { try await writer.run() }
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<1_000 { group.addTask { await writer.record(record(number)) } }
            }
            running.cancel()
            _ = await running.result
            var token = ""
            var calls: [CosmoCallView] = []
            repeat {
                let page = try await ListCosmoCalls(pool: pool)(pageSize: 300, pageToken: token)
                calls += page.calls
                token = page.nextPageToken ?? ""
            } while !token.isEmpty
            #expect(calls.count == 1_000 && Set(calls.map(\.referenceNumber)).count == 1_000)
            #expect(calls.map(\.callID) == calls.map(\.callID).sorted(by: >))
            let one = try await ListCosmoCalls(pool: pool)(referenceNumber: "mb-7").calls
            #expect(one.count == 1 && one[0].outcome == "UNKNOWN" && one[0].reason == "COSMO_TIMED_OUT")
            #expect(one[0].durationMicroseconds == 12_000 && one[0].requestJSON == "{\"value\": 7}")
            #expect(one[0].calledAt.microsecondsSinceEpoch == 1_760_000_000_000_007)
        }
    }

    @Test(
        "What is not JSON, or no database can store, is kept as text",
        arguments: [
            "not JSON", "", "{\"a\":\"\\u0000\"}", "nul \0 inside", "{\"a\":1e9999}", "\"quoted \\\"text\\\"\"",
        ])
    func awkward(response: String) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let writer = CosmoCallWriter(pool: pool, logger: Stage.logger)
            let running = Task { try await writer.run() }
            await writer.record(record(1, response: response))
            await writer.record(record(2))
            running.cancel()
            _ = await running.result
            let calls = try await ListCosmoCalls(pool: pool)().calls
            #expect(calls.map(\.referenceNumber) == ["mb-2", "mb-1"])
        }
    }

    @Test("A cancelled call is not held back by a full buffer, and its record is kept", .timeLimit(.minutes(15)))
    func cancelled() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let writer = CosmoCallWriter(pool: pool, capacity: 2, logger: Stage.logger)
            await writer.record(record(1))
            await writer.record(record(2))
            // Nobody writes, so these would never end; the buffer takes as many again, and the fifth is lost.
            let waiting = (3...5).map { number in Task { await writer.record(record(number)) } }
            for task in waiting { task.cancel() }
            for task in waiting { await task.value }
            let running = Task { try await writer.run() }
            running.cancel()
            _ = await running.result
            let calls = try await ListCosmoCalls(pool: pool)().calls
            #expect(calls.count == 4)
            #expect(calls.map(\.referenceNumber).suffix(2) == ["mb-2", "mb-1"])
        }
    }

    @Test("Each issuance call of the real client leaves its record, with the account masked")
    func fromTheClient() async throws {
        try await Stage.with { stage in
            let writer = CosmoCallWriter(pool: stage.pool, logger: Stage.logger)
            let running = Task { try await writer.run() }
            let audited = try CosmoClient(
                configuration: stage.cosmo.configuration, logger: Stage.logger, audit: { await writer.record($0) })
            try await stage.earn("c1", "prg_stay", points: 25, member: "M-secret-member-number")
            try await stage.plan()
            try await stage.send(audited)
            await audited.shutdown()
            running.cancel()
            _ = await running.result
            let reference = try await stage.theIssuance().referenceNumber
            let call = try #require(
                try await ListCosmoCalls(pool: stage.pool)(referenceNumber: reference).calls.first)
            #expect(call.call == "issuance" && call.outcome == "ANSWERED" && call.responseStatus == 201)
            #expect(!call.requestJSON.contains("M-secret-member-number"))
        }
    }
}
