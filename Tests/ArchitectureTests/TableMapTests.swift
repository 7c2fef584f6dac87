import Foundation
import Testing

/// Each table is written by one room and read by those that the map lists; the samples show that the rule can fail.
@Suite("Tables have owners")
struct TableMapTests {
    @Test("a table is written by its room, and read by those that are listed")
    func map() throws {
        let tables = TableMap.tables(in: try SourceTree.contents(of: "migrations", ext: "sql"))
        #expect(tables.count > 40)
        let files = try SourceTree.files(in: ["Sources"])
        #expect(try TableMap.violations(of: TableMap.owners, in: files, tables: tables) == [])
    }

    private static let owners = [
        TableOwner("jars", of: "Spending", readBy: "Issuance"), TableOwner("lids", of: "Issuance"),
    ]
    private static let used = [
        SourceFile(path: "Sources/Spending/JarStore.swift", contents: #"let s = "insert into jars (a) values ($1)""#),
        SourceFile(
            path: "Sources/Issuance/LidStore.swift",
            contents: #"let s = "update lids l set a = 1 from jars where jars.b = l.b""#),
    ]

    struct Sample: Sendable, CustomTestStringConvertible {
        let path: String
        let sql: String
        let violations: [String]
        var testDescription: String { sql }

        init(_ path: String, _ sql: String, _ violations: String...) {
            self.path = path
            self.sql = sql
            self.violations = violations.map { $0.hasPrefix(":") ? path + $0 : $0 }
        }
    }

    private static let issuance = "Sources/Issuance/AStore.swift"
    private static let preferences = "Sources/Preferences/AStore+B.swift"

    static let samples = [
        Sample(issuance, "insert into jars (a) values ($1)", ":2: Issuance writes jars"),
        Sample(issuance, "update jars set a = 1", ":2: Issuance writes jars"),
        Sample(issuance, "with d as (\ndelete from jars returning a) select from d", ":3: Issuance writes jars"),
        Sample(issuance, "lock table jars", ":2: Issuance writes jars"),
        Sample(issuance, "update \\(name) set a = 1", ":2: Issuance writes (a name that is put in)"),
        Sample(issuance, "select a from jars where b = $1 for update nowait", ":2: Issuance writes jars"),
        Sample(issuance, "select a from jars where b = $1\nfor share", ":3: Issuance writes jars"),
        Sample(issuance, "select a from lids l join jars j on j.a = l.a for update of j", ":2: Issuance writes jars"),
        Sample(issuance, "select a from lids l join jars j on j.a = l.a for update of l"),
        Sample(issuance, "select a from lids, (select from jars for no key update) j", ":2: Issuance writes jars"),
        Sample(issuance, "select a from lids where exists (select from jars) for update"),
        Sample(issuance, "select a from \\(jars) for update"),
        Sample(issuance, "insert into lids (a) select a from jars on conflict (a) do update set a = 'from jars'"),
        Sample(preferences, "select a from jars", ":2: Preferences reads jars"),
        Sample(preferences, "select (select a from b) from c join jars on true", ":2: Preferences reads jars"),
        Sample(
            preferences, "select a from b x, lids as y, jars", ":2: Preferences reads jars",
            ":2: Preferences reads lids"),
        Sample(preferences, "select a from b c\njoin jars using (d)", ":3: Preferences reads jars"),
        Sample(preferences, "select jars, b.lids from 'jars' b"),
        Sample("Sources/Preferences/Words.swift", "the lids come from jars"),
        Sample("Sources/Spending/AStore.swift", "update jars set a = (select a from lids)", ":2: Spending reads lids"),
        Sample("Sources/Audit/Jars.swift", "delete from lids", ":2: Audit writes lids"),
    ]

    @Test("a sample breaks the map in just this way", arguments: samples)
    func sample(_ sample: Sample) throws {
        let file = SourceFile(path: sample.path, contents: "let s = \"\"\"\n\(sample.sql)\n\"\"\"\n")
        let found = try TableMap.violations(of: Self.owners, in: Self.used + [file], tables: ["jars", "lids"])
        #expect(found == sample.violations)
    }

    @Test("a lock behind a statement that is put together is one on what the file reads")
    func lockBehindFragment() throws {
        let contents = "let select = \"select a from jars\"\nlet s = \"\\(select) where a = $1 for update\"\n"
        let file = SourceFile(path: Self.issuance, contents: contents)
        let found = try TableMap.violations(of: Self.owners, in: Self.used + [file], tables: ["jars", "lids"])
        #expect(found == ["\(Self.issuance):2: Issuance writes jars"])
    }

    @Test("a table without an entry, and an entry without a table or without a use, break the map")
    func entries() throws {
        let tables: Set<String> = ["jars", "lids", "taps"]
        let owners =
            Self.owners + [TableOwner("lids", of: "Issuance", readBy: "Audit"), TableOwner("cups", of: "Wallet")]
        #expect(
            try TableMap.violations(of: owners, in: Self.used, tables: tables) == [
                "cups: Wallet does not write it", "cups: is no table", "lids: Audit does not read it",
                "lids: is listed twice", "taps: has no owner",
            ])
    }

    @Test("the migrations' tables are those that are left")
    func migrations() {
        let migrations = [
            "create table a (\n    b text references c);\ncreate table if not exists c (d text);\ncreate index d on a "
                + "(b);",
            "alter table c rename to e;\nalter table a add column f text;\n-- create table g\ncreate unlogged table h "
                + "();",
            "drop table if exists h;",
        ]
        #expect(TableMap.tables(in: migrations) == ["a", "e"])
    }
}
