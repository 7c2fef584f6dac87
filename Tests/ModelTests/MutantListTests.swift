import Foundation
import Testing

/// The list of planted bugs ages with the code it is about: this notices.
@Suite("The list of planted bugs")
struct MutantListTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Mutant {
        let name: String
        let file: String
        let test: String
        let find: String
        let put: String
    }

    @Test("Each bug's text stands exactly once in the tree, changes it, and names a test target that exists")
    func texts() throws {
        let mutants = try Self.mutants()
        #expect(mutants.count >= 12)
        #expect(Set(mutants.map(\.name)).count == mutants.count, "two bugs have one name")
        for mutant in mutants {
            let text = try String(contentsOf: Self.root.appendingPathComponent(mutant.file), encoding: .utf8)
            let places = text.components(separatedBy: mutant.find).count - 1
            #expect(places == 1, "\(mutant.name): its text stands \(places) times in \(mutant.file)")
            #expect(mutant.find != mutant.put, "\(mutant.name) changes nothing")
            let target = mutant.test.split(separator: "/").first.map(String.init) ?? ""
            let folder = Self.root.appendingPathComponent("Tests/\(target)").path
            #expect(FileManager.default.fileExists(atPath: folder), "\(mutant.name): there is no \(target)")
        }
    }

    private static func mutants() throws -> [Mutant] {
        let list = try String(contentsOf: root.appendingPathComponent(".ci/mutants.txt"), encoding: .utf8)
        return list.components(separatedBy: "\n=== ").dropFirst().compactMap { block in
            func part(_ from: String, _ to: String) -> String? {
                block.components(separatedBy: from).dropFirst().first?.components(separatedBy: to).first
            }
            guard let name = block.split(separator: "\n").first, let file = part("\nfile: ", "\n"),
                let test = part("\ntest: ", "\n"), let find = part("\n--- find\n", "\n--- put\n"),
                let put = part("\n--- put\n", "\n--- end")
            else {
                Issue.record("a block of .ci/mutants.txt is malformed: \(block.prefix(60))")
                return nil
            }
            return Mutant(name: String(name), file: file, test: test, find: find, put: put)
        }
    }
}
