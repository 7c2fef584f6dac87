import Foundation
import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("Duplicate reference numbers")
struct DuplicateTests {
    @Test("a second use is distinguished from a refusal, and a read by reference shows the first")
    func reject() async throws {
        try await SandboxSession.run { session in
            let first = try await session.client.issue(SandboxSession.request("ref-1"))
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(SandboxSession.request("ref-1"))
            }
            #expect(error?.kind == .duplicateReference && error?.outcome == .unknown)
            let found = try await session.client.transaction("ref-1")
            let read = try #require(found)
            #expect(read.id == first.id && read.totalPoints == 2000 && read.wholeValue == 25)
            #expect(read.programID == "prg_sky" && read.state == .completed)
        }
    }

    @Test(
        "a duplicate named in the text of a 400, or by another configured status, is recognised too",
        arguments: [400, 422])
    func otherStatuses(_ status: Int) async throws {
        try await SandboxSession.run(
            client: { configuration in
                if status == 422 { configuration.duplicateReferenceStatuses = [422] }
                configuration.duplicateReferenceMarkers = ["was used before"]
            },
            { session in
                session.sandbox.switches.errorStatuses = ["duplicateReference": status]
                _ = try await session.client.issue(SandboxSession.request("ref-1"))
                let error = await SandboxSession.failure { () async throws(CosmoError) in
                    try await session.client.issue(SandboxSession.request("ref-1"))
                }
                #expect(error?.kind == .duplicateReference)
            })
    }

    @Test(
        "fifty simultaneous uses of one reference issuance once under reject and replay, fifty times under issueAgain",
        arguments: SandboxSwitches.DuplicateReference.allCases)
    func simultaneous(_ mode: SandboxSwitches.DuplicateReference) async throws {
        try await SandboxSession.run { session in
            session.sandbox.switches.duplicateReference = mode
            let client = session.client
            let ids = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<50 {
                    group.addTask { try? await client.issue(SandboxSession.request("ref-1")).id }
                }
                return await group.reduce(into: [String]()) { ids, id in if let id { ids.append(id) } }
            }
            switch mode {
            case .reject409: #expect(ids.count == 1)
            case .replay: #expect(ids.count == 50 && Set(ids).count == 1)
            case .issueAgain: #expect(Set(ids).count == 50)
            }
            #expect(session.sandbox.transactions().count == (mode == .issueAgain ? 50 : 1))
        }
    }
}
