import Foundation
import Logging
import MultibrandAPI
import RPC
import SwiftProtobuf
import Synchronization
import Testing

@testable import multibrand

@Suite("An import gets every purchase to the service once, whatever happens on the way")
struct PurchaseImportTests {
    @Test(
        "connections cut at random, overload and refusals: every line is recorded or rejected, none twice",
        arguments: 1...5)
    func unreliable(_ seed: UInt64) async throws {
        let service = SpendBook(seed: seed)
        try await withTemporaryFolder { folder in
            let ids = (0..<400).map { "s-\($0)" }
            let file = try folder.write("a.csv", Self.csv(ids))
            let summary = try await service.serve { try await Self.importing(file, $0, folder) }
            #expect(summary.recorded + summary.repeated == 360, "seed \(seed)")
            #expect(summary.rejectedByReason == ["UNKNOWN_CARD": 40], "seed \(seed)")
            #expect(service.recorded == Set(ids.filter { !$0.hasSuffix("7") }), "seed \(seed)")
            let rejected = try folder.read("rejected.csv").split(separator: "\n").dropFirst()
            #expect(
                rejected.map { String($0.split(separator: ",")[1]) } == ids.filter { $0.hasSuffix("7") }, "seed \(seed)"
            )
            #expect(service.cuts > 0, "seed \(seed): nothing was cut, the test shows nothing")
        }
    }

    @Test("a second run on a finished file sends nothing; --restart sends all again; a longer file goes on")
    func again() async throws {
        let service = SpendBook(seed: nil)
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.csv(["a", "b"]) + "\n\n")
            try await service.serve { connection in
                #expect(try await Self.importing(file, connection, folder).recorded == 2)
                let second = try await Self.importing(file, connection, folder)
                #expect(second.wasFinished && second.recorded == 2)
                #expect(service.received == 2)
                let restarted = try await Self.importing(file, connection, folder, restart: true)
                #expect(restarted.repeated == 2 && restarted.recorded == 0)
                _ = try folder.write("a.csv", try folder.read("a.csv") + "c,card-1,1,USD\n")
                let longer = try await Self.importing(file, connection, folder)
                #expect(!longer.wasFinished && longer.recorded == 1 && service.received == 5)
            }
        }
    }

    @Test("an import that gives up has kept what was acknowledged, and the next run goes on from there")
    func interrupted() async throws {
        let service = SpendBook(seed: nil)
        try await withTemporaryFolder { folder in
            let ids = (0..<50).map { "s-\($0)" }
            let file = try folder.write("a.csv", Self.csv(ids))
            try await service.serve { connection in
                service.refuseFrom(id: "s-20")
                let failure = await #expect(throws: CommandFailure.self) {
                    try await Self.importing(file, connection, folder, patience: .milliseconds(300))
                }
                #expect(failure?.status == .unavailable)
                #expect(ImportProgress.load(for: file, target: "test")?.state.recorded == 20)
                service.refuseFrom(id: nil)
                let summary = try await Self.importing(file, connection, folder)
                // What was in flight behind s-20 was recorded, though not acknowledged as the file's next line.
                #expect(summary.recorded + summary.repeated == 50 && summary.rejected == 0)
                #expect(service.recorded == Set(ids))
            }
        }
    }

    @Test(
        "a line that changed before the position is sent again as a conflict, and every other line is counted once"
    )
    func changedLine() async throws {
        let service = SpendBook(seed: nil)
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.csv(["a", "b", "c"]))
            try await service.serve { connection in
                #expect(try await Self.importing(file, connection, folder).recorded == 3)
                let grown = try folder.read("a.csv").replacingOccurrences(of: "b,card-1,1.00", with: "b,card-1,9.00")
                _ = try folder.write("a.csv", grown + "d,card-1,1.00,USD\n")
                let summary = try await Self.importing(file, connection, folder)
                #expect(summary.changedFromLine == 1)
                #expect(summary.recorded == 1 && summary.repeated == 2)
                #expect(summary.rejectedByReason == ["SPEND_CONFLICT": 1])
                #expect(try folder.read("rejected.csv").contains("\n3,b,SPEND_CONFLICT"))
                #expect(summary.addsUp && summary.lines == 5)
            }
        }
    }

    @Test("an unfinished last line is left, and taken whole by the run after it is finished")
    func unfinishedLine() async throws {
        let service = SpendBook(seed: nil)
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.csv(["a"]) + "b,card-1,12")
            try await service.serve { connection in
                let first = try await Self.importing(file, connection, folder)
                #expect(first.recorded == 1 && first.left == 1 && first.firstLeftLine == 3 && first.addsUp)
                #expect(service.recorded == ["a"])
                _ = try folder.write("a.csv", try folder.read("a.csv") + "34.50,USD\n")
                let second = try await Self.importing(file, connection, folder)
                #expect(second.recorded == 2 && second.left == 0 && second.changedFromLine == nil)
                #expect(service.amounts["b"] == 123_450)
            }
        }
    }

    @Test("a key that is refused ends the import at once")
    func notAllowed() async throws {
        let service = SpendBook(seed: nil)
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.csv(["a"]))
            try await service.serve { connection in
                service.refuseCallers()
                let error = await #expect(throws: RPCError.self) { try await Self.importing(file, connection, folder) }
                #expect(error?.code == .unauthenticated)
            }
        }
    }

    @Test("--rejected may not name the purchases themselves")
    func sameFile() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.csv(["a"]))
            try await SpendBook(seed: nil).serve { connection in
                let problem = await #expect(throws: PurchaseProblem.self) {
                    try await PurchaseImport(
                        file: file, connection: connection, rejectedPath: folder.url.path + "/./a.csv", restart: false,
                        progress: false
                    ).run()
                }
                #expect(problem?.reason == "SAME_FILE")
            }
        }
    }

    private static func csv(_ ids: [String]) -> String {
        "spend_id,card_id,amount,currency\n" + ids.map { "\($0),card-1,1.00,USD\n" }.joined()
    }

    private static func importing(
        _ file: String, _ connection: AdminConnection, _ folder: TemporaryFolder, restart: Bool = false,
        patience: Duration = .seconds(60)
    ) async throws -> ImportSummary {
        try await PurchaseImport(
            file: file, connection: connection, rejectedPath: folder.path("rejected.csv"), restart: restart,
            progress: false,
            target: "test", patience: patience
        ).run()
    }
}
