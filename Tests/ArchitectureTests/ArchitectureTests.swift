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

    @Test("every module has a row in the plan")
    func modulesAreKnown() throws {
        let known = Set(ModuleMap.rows.map(\.name))
        #expect(try SourceTree.folders(in: "Sources").filter { !known.contains($0) } == [])
    }

    @Test("dependencies point down: a row may import earlier rows only")
    func planPointsDown() {
        var earlier: Set<String> = []
        for row in ModuleMap.rows {
            #expect(row.own.subtracting(earlier).isEmpty, "\(row.name) reaches up or sideways")
            #expect(!earlier.contains(row.name), "\(row.name) has two rows")
            earlier.insert(row.name)
        }
    }

    @Test("the rooms of the business do not know each other")
    func roomsAreApart() {
        for row in ModuleMap.rows where ModuleMap.rooms.contains(row.name) {
            #expect(row.own.isDisjoint(with: ModuleMap.rooms), "\(row.name) knows another room")
        }
    }

    @Test("plugins see the contract and the pure core, nothing else")
    func pluginsAreApart() {
        #expect(ModuleMap.allowed(for: "AllocationPlugins") == ["AllocationPlugin", "Rewards", "Synchronization"])
        #expect(ModuleMap.allowed(for: "Rewards") == ["Synchronization"])
    }
}
