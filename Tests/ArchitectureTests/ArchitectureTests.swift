import Foundation
import Testing

/// The project against its own rules; `RuleSampleTests` shows that each rule can fail.
@Suite("Architecture")
struct ArchitectureTests {
    @Test("every source file keeps the rule", arguments: Rules.ofSources)
    func sources(rule: Rule) throws {
        let files = try SourceTree.files(in: ["Sources", "plugins"])
        #expect(files.count > 50, "the sources were not found at \(SourceTree.rootPath)")
        #expect(rule.violations(in: files) == [])
        #expect(rule.staleExceptions(in: files) == [])
    }

    @Test("every test file keeps the rule", arguments: Rules.ofTests)
    func tests(rule: Rule) throws {
        let files = try SourceTree.files(in: ["Tests"])
        #expect(!files.isEmpty)
        #expect(rule.violations(in: files) == [])
    }

    @Test("every module is a target of Package.swift")
    func modulesAreKnown() throws {
        let known = Set(ModuleMap.rows.map(\.name))
        #expect(try SourceTree.folders(in: "Sources").filter { !known.contains($0) } == [])
    }

    @Test("a target names in Package.swift what it imports, and nothing else")
    func dependenciesAreImports() throws {
        let imports = try SourceTree.imports(in: ["Sources", "plugins", "Tests"])
        for row in ModuleMap.rows where !row.isSystem {
            let imported = try #require(imports[row.name], "\(row.name) has no file")
                .subtracting(ModuleMap.everywhere).subtracting(["Testing"])
            let unused = row.dependencies.subtracting(imported)
            #expect(unused.subtracting(Self.started[row.name] ?? []) == [], "\(row.name) does not import these")
            #expect(imported.subtracting(row.dependencies) == [], "\(row.name) does not name these")
        }
    }

    /// Tests that start the executable, and so need it built.
    private static let started: [String: Set<String>] = ["FailoverTests": ["multibrand"]]

    @Test("dependencies point down: a room may import what Package.swift lists before it")
    func planPointsDown() {
        let own = Set(ModuleMap.rows.map(\.name))
        var earlier: Set<String> = []
        for row in ModuleMap.rows {
            let above = row.dependencies.intersection(own).subtracting(earlier)
            #expect(above.isEmpty, "\(row.name) reaches up or sideways: \(above)")
            #expect(!earlier.contains(row.name), "\(row.name) is listed twice")
            earlier.insert(row.name)
        }
        #expect(earlier.count > 50)
    }

    @Test("the rooms of the business know neither each other nor the network")
    func roomsAreApart() {
        for row in ModuleMap.rows where ModuleMap.rooms.contains(row.name) {
            #expect(row.dependencies.isDisjoint(with: ModuleMap.rooms), "\(row.name) knows another room")
            #expect(row.dependencies.isDisjoint(with: ModuleMap.network), "\(row.name) knows the network")
        }
    }

    @Test("plugins see the contract and the pure core, nothing else")
    func pluginsAreApart() {
        #expect(ModuleMap.allowed(for: "AllocationPlugins") == ["AllocationPlugin", "Rewards", "Synchronization"])
        #expect(ModuleMap.allowed(for: "Rewards") == ["Synchronization"])
    }

    @Test("pages and interfaces are in plain English")
    func pages() throws {
        let root = SourceTree.root.resolvingSymlinksInPath()
        let pages = try ["docs", "plugins", "proto"].flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
                .filter { $0.hasSuffix(".md") || $0.hasSuffix(".proto") }
                .map { "\(folder)/\($0)" }
        }
        #expect(pages.count > 20)
        for page in pages + ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
            let text = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
            let found = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                .filter { $0.element.contains(PlainWords.banned) }
                .map { "\(page):\($0.offset + 1): \($0.element)" }
            #expect(found == [])
        }
    }
}
