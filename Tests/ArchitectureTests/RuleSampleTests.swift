import Testing

/// Small files that break a rule, and small ones that come close without breaking it.
@Suite("Architecture rules on samples")
struct RuleSampleTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let rule: Rule
        let path: String
        let contents: String
        let lines: [Int]
        var testDescription: String { "\(path): \(contents.prefix(60))" }

        init(_ rule: Rule, _ path: String, _ contents: String, breaksOn lines: [Int]) {
            self.rule = rule
            self.path = path
            self.contents = contents
            self.lines = lines
        }
    }

    static let samples: [Sample] = [
        Sample(Rules.imports, "Sources/Rewards/A.swift", "import Foundation\n", breaksOn: [1]),
        Sample(Rules.imports, "Sources/Rewards/A.swift", "import Synchronization\n", breaksOn: []),
        Sample(Rules.imports, "Sources/Spending/A.swift", "import Rewards\n\npublic import Issuance\n", breaksOn: [3]),
        Sample(Rules.imports, "Sources/Spending/A.swift", "@testable import struct Cosmo.X\n", breaksOn: [1]),
        Sample(Rules.imports, "Sources/Spending/A.swift", "// import Cosmo\nlet x = \"import Cosmo\"\n", breaksOn: []),
        Sample(Rules.imports, "Sources/Issuance/A.swift", "import Hummingbird\n", breaksOn: [1]),
        Sample(Rules.imports, "plugins/tiers/A.swift", "import PluginRuntime\n", breaksOn: [1]),
        Sample(Rules.imports, "Sources/Attic/A.swift", "", breaksOn: [1]),
        Sample(Rules.pureImports, "Sources/Rewards/A.swift", "let n = ContinuousClock.now\n", breaksOn: [1]),
        Sample(Rules.pureImports, "plugins/x/A.swift", "let n = Int.random(in: 0..<2)\n", breaksOn: [1]),
        Sample(Rules.pureImports, "Sources/Spending/A.swift", "let n = ContinuousClock.now\n", breaksOn: []),
        Sample(Rules.sql, "Sources/Spending/RecordSpend.swift", "let s = \"select a from b\"\n", breaksOn: [1]),
        Sample(Rules.sql, "Sources/Spending/SpendStore.swift", "let s = \"select a from b\"\n", breaksOn: []),
        Sample(Rules.sql, "Sources/Spending/SpendStore+Read.swift", "let s = \"select a from b\"\n", breaksOn: []),
        Sample(
            Rules.sql, "Sources/MultibrandRPC/SpendStore.swift", "let s = \"delete from b\"\n", breaksOn: [1]),
        Sample(
            Rules.sql, "Sources/Inbox/A.swift", "let s = \"\"\"\n    update inbox\n    set a = $1\n    \"\"\"\n",
            breaksOn: [1]),
        Sample(
            Rules.sql, "Sources/Inbox/A.swift", "let s = #\"with x as (select 1) insert into y\"#\n", breaksOn: [1]),
        Sample(
            Rules.sql, "Sources/Inbox/A.swift",
            "let s = \"select one\" // select a from b\nlet t = \"update the set\"\n",
            breaksOn: []),
        Sample(
            StoreQueries.rule, "Sources/Issuance/Debts/DebtStore.swift",
            "static func a(on connection: PostgresConnection) throws {}\nstatic func b(\n    on pool: PostgresPool\n"
                + ") {}\n    try await c()\n",
            breaksOn: [1, 3, 5]),
        Sample(
            StoreQueries.rule, "Sources/Programs/ProgramStore+Reads.swift",
            "// PostgresPool\nstatic func a() -> Query<Int64> { Query(\"await\") { try $0.get(\"a\") } }\n",
            breaksOn: []),
        Sample(
            StoreQueries.rule, "Sources/Issuance/WriteOffDebt.swift", "try await pool.all(DebtStore.totals)\n",
            breaksOn: []),
        Sample(
            Rules.databaseErrors, "Sources/Inbox/A.swift",
            "} catch let error as PostgresError where error.sqlState == \"23505\" {\nlet a = error.kind == .timeout\n"
                + "guard error.server != nil else { return }\n", breaksOn: [1, 2, 3]),
        Sample(
            Rules.databaseErrors, "Sources/Inbox/A.swift",
            "let a = error.meaning == .contended\nlet b = error.constraint == \"a\"\nlet c = error.kind == .refused\n",
            breaksOn: []),
        Sample(
            Rules.databaseErrors, "Sources/PostgreSQL/A.swift", "let a = error.kind == .closed\n", breaksOn: []),
        Sample(Rules.namedColumns, "Sources/Inbox/A.swift", "let a: Int = try row.get(0)\n", breaksOn: [1]),
        Sample(Rules.namedColumns, "Sources/Inbox/A.swift", "let a = try await c.pipeline([b])[0]\n", breaksOn: [1]),
        Sample(Rules.namedColumns, "Sources/Inbox/A.swift", "let a: Int = try row.get(\"a\")\n", breaksOn: []),
        Sample(
            Rules.noDefaultWord, "Sources/Inbox/A.swift",
            "let a = Kind(rawValue: try row.get(\"kind\")) ?? .none\n",
            breaksOn: [1]),
        Sample(
            Rules.noDefaultWord, "Sources/Inbox/A.swift",
            "let a = try row.get(\"kind\", as: String?.self).flatMap(Kind.init(rawValue:))\n", breaksOn: [1]),
        Sample(
            Rules.noDefaultWord, "Sources/Inbox/A.swift",
            "let a: Kind = try row.get(\"kind\", of: \"inbox\")\nlet b = State(rawValue: field(\"C\") ?? \"\")\n",
            breaksOn: []),
        Sample(Rules.typeFiles, "Sources/Inbox/A.swift", "struct A {}\n\npackage enum B {}\n", breaksOn: [3]),
        Sample(Rules.typeFiles, "Sources/Inbox/A+Reads.swift", "@frozen public struct B {}\n", breaksOn: [1]),
        Sample(
            Rules.typeFiles, "Sources/Inbox/A+Reads.swift",
            "struct A {\n    struct B {}\n}\n\nprivate struct C {}\n\nextension D {}\n", breaksOn: []),
        Sample(
            Rules.lineLength, "Sources/Inbox/A.swift",
            "// \(String(repeating: "a", count: 117))\n// \(String(repeating: "a", count: 118))\n", breaksOn: [2]),
        Sample(
            Rules.documented, "Sources/Inbox/A.swift",
            "/// A.\npackage struct A {\n    package var b = 1\n    /// C.\n    @inlinable\n    package func c() "
                + "{}\n}\n",
            breaksOn: [3]),
        Sample(Rules.plainWords, "Sources/Inbox/A.swift", "// It stands.\nlet a = \"as told\"\n", breaksOn: [1, 2]),
        Sample(Rules.plainWords, "Sources/Inbox/A.swift", "let stands = 1 // It is understandable.\n", breaksOn: []),
        Sample(Rules.noFloatingPoint, "Sources/Rewards/A.swift", "let x: Double = 1\n", breaksOn: [1]),
        Sample(Rules.noFloatingPoint, "plugins/a/A.swift", "\nlet x = [Float]()\n", breaksOn: [2]),
        Sample(Rules.noFloatingPoint, "Sources/Rewards/A.swift", "/* Double */ let x = \"Double\"\n", breaksOn: []),
        Sample(Rules.noFloatingPoint, "Sources/Rewards/A.swift", "let doubled: DoubleEntry\n", breaksOn: []),
        Sample(Rules.noFloatingPoint, "Sources/RPC/A.swift", "let x: Double = 1\n", breaksOn: []),
        Sample(Rules.noTrap, "Sources/RPC/A.swift", "let x = try! f()\nlet y = z as! Int\n", breaksOn: [1, 2]),
        Sample(Rules.noTrap, "Sources/RPC/A.swift", "let x = \"\\(try! f())\"\n", breaksOn: [1]),
        Sample(Rules.noTrap, "Sources/RPC/A.swift", "// fatalError\nlet x = try? f()\n", breaksOn: []),
        Sample(Rules.noTrap, "Sources/RPC/Generated/A.swift", "let x = try! f()\n", breaksOn: []),
        Sample(Rules.safetyComments, "Sources/RPC/A.swift", "class A: @unchecked Sendable {}\n", breaksOn: [1]),
        Sample(
            Rules.safetyComments, "Sources/RPC/A.swift",
            "// SAFETY: the lock orders every access.\nnonisolated(unsafe) var a = 1\n", breaksOn: []),
        Sample(Rules.structuredTasks, "Sources/RPC/A.swift", "func f() { Task { g() } }\n", breaksOn: [1]),
        Sample(Rules.structuredTasks, "Sources/RPC/A.swift", "let t = Task<Void, Never> { g() }\n", breaksOn: [1]),
        Sample(Rules.structuredTasks, "Sources/RPC/A.swift", "Task(priority: .low) { g() }\n", breaksOn: [1]),
        Sample(Rules.structuredTasks, "Sources/RPC/A.swift", "Task.detached { g() }\n", breaksOn: [1]),
        Sample(
            Rules.structuredTasks, "Sources/RPC/A.swift",
            "group.addTask { g() }\nstruct MyTask { let a: Task<Int, Never> }\n",
            breaksOn: []),
        Sample(
            Rules.waits, "Sources/RPC/A.swift",
            "await withCheckedContinuation { a = $0 }\ntry await withTaskCancellationHandler {\n"
                + "await withUnsafeThrowingContinuation { b = $0 }\n",
            breaksOn: [1, 2, 3]),
        Sample(Rules.waits, "Sources/Waiting/A.swift", "await withCheckedContinuation { a = $0 }\n", breaksOn: []),
        Sample(
            Rules.waits, "Sources/RPC/A.swift", "// withCheckedContinuation\nlet a: CheckedContinuation<Int, Never>\n",
            breaksOn: []),
        Sample(Rules.noSleep, "Sources/RPC/A.swift", "Thread.sleep(forTimeInterval: 1)\n", breaksOn: [1]),
        Sample(Rules.noSleep, "Tests/RPCTests/A.swift", "usleep(1)\nsleep(1)\n", breaksOn: [1, 2]),
        Sample(Rules.noSleep, "Sources/RPC/A.swift", "try await clock.sleep(for: .seconds(1))\n", breaksOn: []),
        Sample(
            StoreQueries.rule, "Sources/Wallet/Jars/JarStore.swift",
            "func find(on connection: PostgresConnection) async throws -> Jar? {\n"
                + "    try await connection.first(jar)\n",
            breaksOn: [1, 2]),
        Sample(
            StoreQueries.rule, "Sources/Preferences/JarStore+Lids.swift",
            "func count(\n    _ pool: PostgresPool\n) async throws -> Int64\n", breaksOn: [2]),
        Sample(
            StoreQueries.rule, "Sources/Wallet/JarStore.swift",
            "/// Waits in a `PostgresPool`.\nfunc find(_ id: String) -> Query<Jar>? { nil }\n", breaksOn: []),
        Sample(StoreQueries.rule, "Sources/Wallet/Jars.swift", "try await connection.first(jar)\n", breaksOn: []),
        Sample(StoreQueries.rule, "Sources/Audit/JarStore.swift", "try await connection.first(jar)\n", breaksOn: []),
        Sample(
            Rules.walletWords, "Sources/Wallet/A.swift",
            "let a = Answer(status: 201)\nlet b = error.httpStatus\nlet c: HTTPFields\n", breaksOn: [1, 2, 3]),
        Sample(
            Rules.walletWords, "Sources/Wallet/A.swift",
            "let a = \"PUT /members\"\nlet b = \"send an Idempotency-Key\"\n// in a header\n", breaksOn: [1, 2, 3]),
        Sample(
            Rules.walletWords, "Sources/Wallet/A.swift",
            "let a = Redemption(status: .open)\nlet b = scheme == \"https\" // deleted\n", breaksOn: []),
        Sample(Rules.walletWords, "Sources/WalletHTTP/A.swift", "let a = Answer(status: 201)\n", breaksOn: []),
        Sample(Rules.fileNames, "Sources/RPC/StringUtils.swift", "", breaksOn: [1]),
        Sample(Rules.fileNames, "Sources/RPC/Commonality.swift", "", breaksOn: []),
        Sample(Rules.noMarks, "Sources/RPC/A.swift", "let a = 1 // \("TO" + "DO"): later\n", breaksOn: [1]),
    ]

    @Test("a sample breaks its rule on exactly these lines", arguments: samples)
    func sample(_ sample: Sample) {
        let file = SourceFile(path: sample.path, contents: sample.contents)
        #expect(sample.rule.check(file).map(\.line) == sample.lines)
    }

    @Test("every rule fails on some sample")
    func everyRuleCanFail() {
        let failing = Set(Self.samples.filter { !$0.lines.isEmpty }.map(\.rule.name))
        let all = Set((Rules.ofSources + Rules.ofTests).map(\.name))
        #expect(all.subtracting(failing).isEmpty)
    }

    @Test("an exception silences its file only, and is reported once it is not needed")
    func exceptions() {
        let rule = Rule("no A", except: ["Sources/M/B.swift": "has a reason", "Sources/M/C.swift": "gone"]) {
            $0.text.codeLines(matching: #"\bA\b"#)
        }
        let breaking = SourceFile(path: "Sources/M/A.swift", contents: "A\n")
        let excepted = SourceFile(path: "Sources/M/B.swift", contents: "A\n")
        #expect(rule.violations(in: [breaking, excepted]) == ["Sources/M/A.swift:1: A"])
        #expect(rule.staleExceptions(in: [breaking, excepted]) == ["Sources/M/C.swift"])
    }

    @Test("the scanner tells code from strings and comments")
    func scanner() {
        let text = SwiftText(
            """
            let a = "x \\(f("in" + b)) y" /* one /* two */ still */ + c // end
            let d = #"raw \\(no) \\#(yes)"#
            let e = \"\"\"
                many "quoted" lines
                \"\"\"
            """)
        #expect(text.literals.map(\.text).contains("in"))
        #expect(text.literals.map(\.text).contains("x \\() y"))
        #expect(text.literals.map(\.line).max() == 3)
        #expect(text.comments.map(\.text) == ["/* one /* two */ still */", "// end"])
        #expect(text.code.contains("f(\"  \" + b)"))
        #expect(text.code.contains("yes"))
        #expect(!text.code.contains("no"))
        #expect(!text.code.contains("quoted"))
        #expect(text.code.split(separator: "\n", omittingEmptySubsequences: false).count == 5)
    }
}
