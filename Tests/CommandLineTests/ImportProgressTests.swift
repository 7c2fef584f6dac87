import Cryptography
import Foundation
import Testing

@testable import multibrand

@Suite("Progress is believed only for the file and the service it was made with")
struct ImportProgressTests {
    static let content = String(repeating: "0123456789\n", count: 2000)

    @Test("what was saved is what is loaded")
    func roundTrip() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.content)
            let saved = try Self.save(file, offset: 11_000)
            #expect(ImportProgress.load(for: file, target: "a:1") == saved)
            ImportProgress.remove(for: file)
            #expect(ImportProgress.load(for: file, target: "a:1") == nil)
        }
    }

    @Test("another service has not seen these spends")
    func otherTarget() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.content)
            _ = try Self.save(file, offset: 11_000)
            #expect(ImportProgress.load(for: file, target: "b:1") == nil)
        }
    }

    @Test(
        "a change before the position is found wherever it is, with its lines, and the import goes back to before it",
        arguments: [
            // What the file reads now, the line to go on at, and the lines that are not what was sent.
            (content + "more\n", 2001, nil), (content, 2001, nil),
            ("x" + content.dropFirst(), 1, 1...500),
            (String(content.prefix(5_600)) + "X" + content.dropFirst(5_601), 501, 501...1000),
            (String(content.prefix(16_500)) + "changed" + content.dropFirst(16_507), 1501, 1501...2000),
            (String(content.prefix(21_999)), 1501, 1501...2000), (String(content.prefix(6_000)), 501, 501...1000),
            ("", 1, 1...500),
        ] as [(String, Int, ClosedRange<Int>?)])
    func changed(_ now: String, _ line: Int, _ changed: ClosedRange<Int>?) async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.content)
            var progress = ImportProgress(target: "a:1")
            for done in [500, 1000, 1500, 2000] {
                progress.state = Self.state(lines: done)
                if done < 2000 { progress.addCheckpoint() }
            }
            progress.isFinished = true
            try progress.save(for: file)
            _ = try folder.write("a.csv", now)
            let loaded = try #require(ImportProgress.load(for: file, target: "a:1"))
            let (kept, digest, found) = try loaded.verified(against: file)
            #expect(kept.state.position.line == line && found == changed)
            #expect(kept.state.recorded == Int64(line - 1), "the counts are those of the position")
            #expect(digest.hexadecimal == kept.state.digest, "the digest goes on from the position")
            #expect(kept.isFinished == (changed == nil))
        }
    }

    @Test("states to go back to are thinned out, and stay in order")
    func thinned() {
        var progress = ImportProgress(target: "a:1")
        for line in stride(from: 1000, through: 1_000_000, by: 1000) {
            progress.state.position = ImportPosition(offset: Int64(line) * 10, line: line + 1, header: nil)
            if progress.isCheckpointDue { progress.addCheckpoint() }
        }
        #expect((100...256).contains(progress.checkpoints.count))
        #expect(progress.checkpoints.map(\.position.line) == progress.checkpoints.map(\.position.line).sorted())
    }

    @Test("a progress file that is damaged is none")
    func damaged() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.content)
            _ = try folder.write("a.csv.import-progress", #"{"position":"#)
            #expect(ImportProgress.load(for: file, target: "a:1") == nil)
        }
    }

    @Test("rejected lines go on where the progress was, so that none is listed twice")
    func rejectedLines() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path("rejected.csv")
            var rejected = try RejectedLines(path: path, keeping: 0)
            #expect(!FileManager.default.fileExists(atPath: path))
            try rejected.add(line: 2, spendID: "a,\"b\"", reason: "R", message: "two\nlines")
            let kept = rejected.bytes
            try rejected.add(line: 3, spendID: "lost", reason: "R", message: "m")
            var again = try RejectedLines(path: path, keeping: kept)
            try again.add(line: 3, spendID: "again", reason: "R", message: "m")
            #expect(
                try folder.read("rejected.csv")
                    == "line,spend_id,reason,message\n2,\"a,\"\"b\"\"\",R,\"two\nlines\"\n3,again,R,m\n")
            _ = try RejectedLines(path: path, keeping: 0)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("a file that is not one of rejected lines is never overwritten")
    func notOurs() async throws {
        try await withTemporaryFolder { folder in
            let path = try folder.write("salaries.csv", "name,salary\n")
            let problem = #expect(throws: PurchaseProblem.self) { try RejectedLines(path: path, keeping: 0) }
            #expect(problem?.reason == "NOT_OURS")
            #expect(try folder.read("salaries.csv") == "name,salary\n")
        }
    }

    private static func save(_ file: String, offset: Int64) throws -> ImportProgress {
        var progress = ImportProgress(target: "a:1")
        progress.state = state(lines: Int(offset / 11))
        progress.state.rejectedByReason = ["UNKNOWN_CARD": 10]
        try progress.save(for: file)
        return progress
    }

    private static func state(lines: Int) -> ImportState {
        var state = ImportState()
        state.position = ImportPosition(offset: Int64(lines) * 11, line: lines + 1, header: ["spend_id"])
        state.recorded = Int64(lines)
        state.digest = Hexadecimal.encode(SHA256.digest(Array(content.utf8.prefix(lines * 11))))
        return state
    }
}
