/// The rules that a machine can hold; each is shown to fail on a sample in `RuleSampleTests`.
enum Rules {
    /// Over `Sources` and `plugins`.
    static let ofSources: [Rule] = [
        imports, pureImports, sql, StoreQueries.rule, databaseErrors, noFloatingPoint, noTrap, safetyComments,
        structuredTasks, waits,
        noSleep, namedColumns, noDefaultWord, walletWords, fileNames, typeFiles, lineLength, documented, plainWords,
        noMarks,
    ]

    /// Over `Tests`.
    static let ofTests: [Rule] = [noSleep, lineLength, noMarks]

    static let imports = Rule("a module imports only what Package.swift names for it") { file in
        guard let allowed = ModuleMap.allowed(for: file.module) else {
            return [SwiftText.Piece(line: 1, text: "module \(file.module) is not in Package.swift")]
        }
        return file.imports.filter { !allowed.contains($0.text) && $0.text != file.module }
            .map { SwiftText.Piece(line: $0.line, text: "import \($0.text)") }
    }

    static let pureImports = Rule("Rewards and the plugins see no system, no clock and no randomness") { file in
        guard ModuleMap.pure.contains(file.module) else { return [] }
        return file.text.codeLines(
            matching:
                #"\b(ContinuousClock|SuspendingClock|SystemRandomNumberGenerator|Date|CommandLine|print|\.random\("#
                + #"|randomElement|shuffled)\b"#
        )
    }

    static let sql = Rule("SQL is in the stores of the rooms and nowhere above them") { file in
        guard !mayHoldSQL(file) else { return [] }
        return file.text.literals.filter { isSQL($0.text) }
            .map { SwiftText.Piece(line: $0.line, text: String($0.text.prefix(60))) }
    }

    /// Whether a file may hold SQL: a store of a room, and any file of a module that is about SQL.
    static func mayHoldSQL(_ file: SourceFile) -> Bool {
        let holdsSQL: Set<String> = ["Audit", "PostgreSQL", "PostgreSQLCluster"]
        let hasStores = ModuleMap.rooms.union(["OperatorRecord", "Cards"])
        return holdsSQL.contains(file.module)
            || hasStores.contains(file.module) && file.name.contains(/Store(\+\w+)?\.swift$/)
    }

    static let databaseErrors = Rule("what a database error means is said in PostgreSQL alone (PostgresError.meaning)")
    {
        file in
        let speaksPostgreSQL: Set<String> = ["PostgreSQL", "PostgreSQLCluster"]
        guard !file.isGenerated, !speaksPostgreSQL.contains(file.module) else { return [] }
        let kinds =
            "server|connectionLost|connectionFailed|timeout|leaseTimeout|lockBusy|commitOutcomeUnknown"
            + "|transactionAborted|decoding|encoding|closed|invalidUse"
        return file.text.codeLines(
            matching: #"\.(sqlState|classCode)\b|\b(error|failure)\??\.server\b|\.kind\s*[!=]=\s*\.(\#(kinds))\b"#)
    }

    static let noFloatingPoint = Rule("money and points are never floating-point numbers") { file in
        let exact: Set<String> = ["Rewards", "AllocationPlugin", "AllocationPlugins", "Spending", "Issuance", "Audit"]
        guard exact.contains(file.module) else { return [] }
        return file.text.codeLines(matching: #"\b(Double|Float|Float16|Float32|Float64|Float80|CGFloat)\b"#)
    }

    static let noTrap = Rule("nothing that comes in can stop the process: no try!, as! or fatalError") { file in
        guard !file.isGenerated else { return [] }
        return file.text.codeLines(matching: #"\b(try!|as!|fatalError)"#)
    }

    static let safetyComments = Rule("whatever the compiler cannot check has a SAFETY comment beside it") { file in
        guard !file.isGenerated else { return [] }
        let marks = Set(file.text.comments.filter { $0.text.contains("SAFETY:") }.map(\.line))
        return file.text.codeLines(matching: #"@unchecked Sendable|nonisolated\(unsafe\)|unsafeBitCast"#)
            .filter { found in !marks.contains { (found.line - 12...found.line + 3).contains($0) } }
    }

    static let structuredTasks = Rule(
        "tasks have a parent: no Task {} and no Task.detached",
        except: [
            "Sources/Issuance/CosmoCalls/CosmoCallWriter.swift":
                "the last flush must not inherit the cancellation that ends its writer; it is awaited",
            "Sources/PostgreSQL/Commit/GroupCommitter.swift":
                "a commit in flight must not inherit its lane's cancellation; run() awaits the lanes",
            "Sources/OrderlyStop/OrderlyStop.swift":
                "a server must not inherit the cancellation that is to become its orderly stop; it is awaited",
            "Sources/PostgreSQLCluster/TestCluster.swift": "one cluster outlives every test that asks for it",
            "Sources/PostgreSQLCluster/TestDatabase.swift": "a suite holds the handle, and drop() ends the task",
        ]
    ) { file in
        guard !file.isGenerated else { return [] }
        return file.text.codeLines(matching: #"\bTask(\.detached|<[^>]*>)?\s*(\([^)]*\)\s*)?\{|\bTask\.detached\b"#)
    }

    static let waits = Rule(
        "a continuation meets cancellation in Waiting alone (Waiter)",
        except: [
            "Sources/RPC/Calls/InboundMessages.swift":
                "every message of a stream passes here; a waiter would cost an allocation each time",
            "Sources/RPC/Client/ClientChannel.swift": "cancellation fails a promise of the event loop",
            "Sources/RPC/Client/RPCClient.swift": "cancellation abandons the call on its event loop",
            "Sources/RPC/Server/RPCServer.swift": "cancellation becomes a graceful shutdown",
            "Sources/HTTPDoor/DoorChannel.swift": "cancellation closes the channel",
            "Sources/OrderlyStop/OrderlyStop.swift": "cancellation becomes a graceful shutdown",
            "Sources/PostgreSQL/Commit/GroupCommitter.swift":
                "cancellation becomes shutDown(), and run() ends after it",
        ]
    ) { file in
        guard file.module != "Waiting" else { return [] }
        return file.text.codeLines(
            matching: #"\bwith(Checked|Unsafe)(Throwing)?Continuation\b|\bwithTaskCancellationHandler\b"#)
    }

    static let noSleep = Rule("nothing blocks a thread of the pool to wait") { file in
        file.text.codeLines(matching: #"\b(Thread\.sleep|usleep|nanosleep|sleep)\("#)
            .filter { !$0.text.hasPrefix("sleep") || isBlockingSleep(file, line: $0.line) }
    }

    static let namedColumns = Rule(
        "a column is read by its name, and an answer of a pipeline is not picked by a number"
    ) { file in
        guard file.module != "PostgreSQL" else { return [] }
        return file.text.codeLines(matching: #"\.get\(\d|\bpipeline\(\[.*\]\)\[\d"#)
    }

    static let noDefaultWord = Rule(
        "a stored word that no case has is an error, not another case",
        except: ["Sources/multibrand/DevCommand.swift": "the word comes from the command line, which has checked it"]
    ) { file in
        file.text.codeLines(matching: #"\brawValue: .*\) \?\? \.|\.get\(.*\)\.flatMap\([\w.]*\.?init"#)
    }

    static let walletWords = Rule("the wallet's room speaks no HTTP: doors spell statuses, headers, methods and paths")
    {
        file in
        guard file.module == "Wallet" else { return [] }
        let code = file.text.codeLines(matching: #"\bHTTP|\bhttpStatus\b|\bheaders?\b|\bstatus(Code)?: \d"#)
        let words = (file.text.literals + file.text.comments).filter {
            $0.text.contains(
                /HTTP|\b[Hh]eaders?\b|\bstatus code|Idempotency-Key|Authorization|Bearer|Retry-After|Content-Type/)
                || $0.text.contains(/\bX-[A-Z]|\/v1\/|\b(GET|POST|PUT|PATCH|DELETE) \//)
        }
        return code + words.map { SwiftText.Piece(line: $0.line, text: String($0.text.prefix(60))) }
    }

    static let fileNames = Rule("a file is named after its idea, not after a drawer") { file in
        file.name.contains(/(Utils?|Helpers?|Manager|Common|Impl)(\+\w+)?\.swift$/)
            ? [SwiftText.Piece(line: 1, text: file.name)] : []
    }

    static let typeFiles = Rule("a type that other files see is in a file of its name") { file in
        guard !file.isGenerated, let stem = file.name.split(separator: ".").first?.split(separator: "+").first else {
            return []
        }
        return file.text.codeLines(
            matching:
                #"^(@\w+(\([^)]*\))? )*((public|package|internal|final|indirect|nonisolated) "#
                + #")*(struct|class|enum|actor|protocol) \w+"#
        ).filter { !$0.text.hasSuffix(" \(stem)") }
    }

    static let lineLength = Rule("no line has more than 120 columns") { file in
        guard !file.isGenerated else { return [] }
        return file.contents.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { $0.element.count > 120 }
            .map { SwiftText.Piece(line: $0.offset + 1, text: String($0.element.prefix(60))) }
    }

    static let documented = Rule("what other modules see has a docstring") { file in
        guard !file.isGenerated, !["multibrand", "MultibrandServer"].contains(file.module) else { return [] }
        let lines = file.contents.split(separator: "\n", omittingEmptySubsequences: false)
        return file.text.codeLines(matching: #"^\s*(public|package) (?!import |extension |let _).*"#).filter { found in
            // Above it are its attributes, then its docstring.
            let above = lines[..<(found.line - 1)].reversed().lazy.map { $0.drop(while: \.isWhitespace) }
            return !(above.first { !$0.hasPrefix("@") }?.hasPrefix("///") ?? false)
        }
    }

    static let plainWords = Rule("comments and texts are in plain English") { file in
        guard !file.isGenerated else { return [] }
        return (file.text.comments + file.text.literals).filter { $0.text.contains(PlainWords.banned) }
    }

    static let noMarks = Rule("work left to do is in an issuance, not in a comment") { file in
        file.text.comments.filter { $0.text.contains(/\b(TODO|FIXME|HACK)\b/) }
    }

    /// Whether a literal is a statement: it begins like one and goes on like one.
    private static func isSQL(_ text: String) -> Bool {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        guard let first = words.first, words.count > 1 else { return false }
        switch first {
        case "select": return words.count < 4 && words[1].allSatisfy(\.isNumber) || words.contains("from")
        case "insert": return words[1] == "into"
        case "delete": return words[1] == "from"
        case "update": return words.contains("set") && text.contains("=")
        case "with": return words.contains("as") && words.contains { $0.hasPrefix("(select") || $0 == "select" }
        case "lock": return words[1] == "table"
        case "create", "alter", "drop": return ["table", "index", "unique", "type", "view"].contains(String(words[1]))
        case "truncate", "listen", "notify": return words.count == 2
        default: return false
        }
    }

    /// `Task.sleep` and a clock's `sleep` suspend; a bare `sleep(` is the system's.
    private static func isBlockingSleep(_ file: SourceFile, line: Int) -> Bool {
        let lines = file.text.code.split(separator: "\n", omittingEmptySubsequences: false)
        return lines[line - 1].contains(/(^|[^.\w])sleep\(/) && !lines[line - 1].contains(/func\s+sleep\(/)
    }
}
