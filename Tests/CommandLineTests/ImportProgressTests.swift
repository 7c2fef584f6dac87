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
        "a file whose earlier part was replaced begins anew; one that only grew goes on",
        arguments: [
            ("x" + content.dropFirst(), false),
            (String(content.prefix(10_995)) + "changed" + content.dropFirst(11_002), false),
            (String(content.prefix(10_000)), false), ("", false), (content + "more\n", true),
        ])
    func replaced(_ content: String, _ isBelieved: Bool) async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.content)
            _ = try Self.save(file, offset: 11_000)
            _ = try folder.write("a.csv", content)
            #expect((ImportProgress.load(for: file, target: "a:1") != nil) == isBelieved)
        }
    }

    @Test("a progress file that is damaged is none")
    func damaged() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("a.csv", Self.content)
            _ = try folder.write("a.csv.import-progress", #"{"position":"#)
            #expect(ImportProgress.load(for: file, target: "a:1") == nil)
        }
    }

    @Test("rejected lines go on where the progress stood, so that none stands twice")
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
        progress.position = ImportPosition(offset: offset, line: 1001, header: ["spend_id"])
        progress.recorded = 990
        progress.rejectedByReason = ["UNKNOWN_CARD": 10]
        try progress.save(for: file)
        return progress
    }
}
