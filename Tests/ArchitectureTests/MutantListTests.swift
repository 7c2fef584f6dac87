import Foundation
import Testing

/// The list of planted bugs ages with the code it is about: this notices.
@Suite("The list of planted bugs")
struct MutantListTests {
    private struct Mutant {
        let name: String
        let file: String
        let test: String
        let find: String
        let put: String
    }

    @Test("Each bug's text is exactly once in the tree, and the bug changes it")
    func texts() throws {
        let mutants = try Self.mutants()
        #expect(mutants.count >= 17)
        #expect(Set(mutants.map(\.name)).count == mutants.count, "two bugs have one name")
        for mutant in mutants {
            let text = try String(contentsOf: SourceTree.root.appendingPathComponent(mutant.file), encoding: .utf8)
            let places = text.components(separatedBy: mutant.find).count - 1
            #expect(places == 1, "\(mutant.name): its text is \(places) times in \(mutant.file)")
            #expect(mutant.find != mutant.put, "\(mutant.name) changes nothing")
        }
    }

    @Test("Each bug names a suite with tests, in a test target of the package")
    func suites() throws {
        let mutants = try Self.mutants()
        let targets = Set(mutants.compactMap { $0.test.split(separator: "/").first.map(String.init) })
        let known = try SourceTree.folders(in: "Tests")
        #expect(targets.subtracting(known) == [], "there are no such test targets")
        let declared = TestNames.suites(
            in: try SourceTree.files(in: targets.intersection(known).sorted().map { "Tests/\($0)" }))
        let package = try String(contentsOf: SourceTree.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        for mutant in mutants {
            #expect(declared.contains(mutant.test), "\(mutant.name): there is no suite \(mutant.test) that has a test")
            let target = mutant.test.split(separator: "/").first ?? ""
            #expect(package.contains("\"\(target)\""), "\(mutant.name): the package has no target \(target)")
        }
    }

    @Test("A suite is found by the name of its type, wherever its tests are, and not without one")
    func suitesAreFound() {
        let files = [
            SourceFile(
                path: "Tests/RoomTests/DoorTests.swift", contents: "@Suite struct DoorTests {\n  @Test func a() {}\n}"),
            SourceFile(
                path: "Tests/RoomTests/WallTests.swift",
                contents: "@Suite(\"walls\") final class WallTests {}\n// struct RoofTests { @Test func a() {} }"),
            SourceFile(
                path: "Tests/RoomTests/WallTests+Paint.swift",
                contents: "extension WallTests {\n  @Test(\"struct FloorTests\")\n  func paint() {}\n}"),
            SourceFile(path: "Tests/RoomTests/Stage.swift", contents: "struct Stage { func test() {} }"),
            SourceFile(
                path: "Tests/RoomTests/LockTests.swift",
                contents: "extension House {\n  struct LockTests {\n    @Test func a() {\n    }\n  }\n}"),
        ]
        let expected: Set = [
            "RoomTests/DoorTests", "RoomTests/WallTests", "RoomTests/House", "RoomTests/House/LockTests",
        ]
        #expect(TestNames.suites(in: files) == expected)
    }

    private static func mutants() throws -> [Mutant] {
        let list = try String(contentsOf: SourceTree.root.appendingPathComponent(".ci/mutants.txt"), encoding: .utf8)
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
