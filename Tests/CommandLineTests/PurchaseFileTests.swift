import Foundation
import MultibrandAPI
import SwiftProtobuf
import Testing

@testable import multibrand

@Suite("A file of purchases is read line by line and can be taken up at any of them")
struct PurchaseFileTests {
    static let csv = """
        spend_id,card_id,amount,currency,merchant_name,occurred_at
        s-1,card-1,12.34,USD,"Corner, Bakery",2026-11-01T08:30:00Z
        s-2,card-1,500,JPY,"two
        lines",
        s-3,card-2,1.2345,USD,,
        short,line

        s-4,card-2,0.001,BHD,,
        """
    static let jsonLines = """
        {"spend_id":"s-1","card_id":"card-1","amount":"12.34","currency":"USD"}
        {"spend_id":"s-2","card_id":"card-1","amount":12.34,"currency":"USD"}
        not json

        {"spend_id":"s-3","card_id":"card-1","amount_minor":1234,"currency":"USD","merchant_name":null}
        {"spend_id":"s-4","colour":"red"}
        [1]
        """

    @Test("both formats, with what is wrong said by line")
    func reads() async throws {
        try await withTemporaryFolder { folder in
            let csv = try Self.lines(try folder.write("a.csv", Self.csv))
            #expect(csv.map(\.number) == [2, 3, 5, 6, 8])
            #expect(csv.map(\.spendID) == ["s-1", "s-2", "s-3", "short", "s-4"])
            #expect(csv.map(Self.reason) == [nil, nil, "BAD_AMOUNT", "BAD_RECORD", nil])
            #expect(csv.compactMap(Self.minorUnits) == [1234, 500, 1])
            let json = try Self.lines(try folder.write("a.jsonl", Self.jsonLines))
            #expect(json.map(\.number) == [1, 2, 3, 5, 6, 7])
            #expect(json.map(Self.reason) == [nil, nil, "BAD_RECORD", nil, "BAD_RECORD", "BAD_RECORD"])
            #expect(json.compactMap(Self.minorUnits) == [1234, 1234, 1234])
        }
    }

    @Test("reading taken up behind any line gives exactly the lines after it", arguments: ["a.csv", "a.jsonl"])
    func takenUp(_ name: String) async throws {
        try await withTemporaryFolder { folder in
            let path = try folder.write(name, name == "a.csv" ? Self.csv : Self.jsonLines)
            let all = try Self.lines(path)
            for index in all.indices {
                let rest = try Self.lines(path, from: all[index].position)
                #expect(rest.map(\.number) == all[(index + 1)...].map(\.number))
                #expect(rest.map(\.spendID) == all[(index + 1)...].map(\.spendID))
                #expect(rest.map(Self.minorUnits) == all[(index + 1)...].map(Self.minorUnits))
            }
        }
    }

    @Test(
        "a header that cannot be read is refused before anything is recorded",
        arguments: [
            "spend_id,amount\n", "spend_id,card_id,colour\n", "spend_id,card_id,card_id\n", "\"spend_id\"x,card_id\n",
        ])
    func badHeader(_ header: String) async throws {
        try await withTemporaryFolder { folder in
            let path = try folder.write("a.csv", header + "1,2,3\n")
            let problem = #expect(throws: PurchaseProblem.self) { try Self.lines(path) }
            #expect(problem?.reason == "BAD_HEADER")
        }
    }

    @Test("the header may be written with a byte order mark, spaces and capitals")
    func looseHeader() async throws {
        try await withTemporaryFolder { folder in
            let path = try folder.write(
                "a.csv", "\u{FEFF}Spend_ID, card_id ,AMOUNT_MINOR,currency\r\ns-1,c-1,5,EUR\r\n")
            #expect(try Self.lines(path).compactMap(Self.minorUnits) == [5])
        }
    }

    @Test(
        "an amount that is written twice must be the same twice",
        arguments: [
            ("12.34", "1234", 1234), ("12.34", "", 1234), ("", "1234", 1234), ("12.340", "1234", 1234),
            ("12.34", "1235", nil), ("1234", "1234", nil), ("12.34", "x", nil), ("x", "1234", nil),
        ] as [(String, String, Int64?)])
    func twoAmounts(_ amount: String, _ minor: String, _ expected: Int64?) async throws {
        try await withTemporaryFolder { folder in
            let csv = try Self.lines(
                try folder.write(
                    "a.csv",
                    "spend_id,card_id,amount,amount_minor,currency\ns-1,c-1,\(amount),\(minor),USD\n"))
            let json = try Self.lines(
                try folder.write(
                    "a.jsonl",
                    #"{"spend_id":"s-1","card_id":"c-1","amount":"\#(amount)","amount_minor":"\#(minor)","#
                        + #""currency":"USD"}"#
                ))
            for line in csv + json {
                #expect(Self.minorUnits(line) == expected)
                #expect(Self.reason(line) == (expected == nil ? "BAD_AMOUNT" : nil))
            }
        }
    }

    @Test("the refusal of two amounts names both")
    func twoAmountsNamed() {
        let problem = #expect(throws: PurchaseProblem.self) {
            try PurchaseRecord([
                "spend_id": "s", "card_id": "c", "amount": "12.34", "amount_minor": "1235", "currency": "USD",
            ]).spend()
        }
        #expect(problem?.message.contains("12.34") == true && problem?.message.contains("1235") == true)
    }

    @Test(
        "every time of RFC 3339 is read, in both formats",
        arguments: [
            ("2026-11-01T08:30:00Z", 1_793_521_800), ("2026-11-01t08:30:00z", 1_793_521_800),
            ("2026-11-01T22:30:00+14:00", 1_793_521_800), ("2026-10-31T20:30:00-12:00", 1_793_521_800),
            ("2026-11-01 08:30:00Z", 1_793_521_800), ("2026-11-01T08:30:00.9999999999Z", 1_793_521_800),
            ("2016-12-31T23:59:60Z", 1_483_228_800), ("2026-11-01", nil), ("2026-11-01T08:30:00", nil),
            ("2026-11-01T08:30:60Z", nil), ("1764500000000", nil), ("2026-11-01T08:30:00+24:00", nil),
        ] as [(String, Int64?)])
    func times(_ text: String, _ seconds: Int64?) async throws {
        try await withTemporaryFolder { folder in
            let csv = try Self.lines(
                try folder.write(
                    "a.csv", "spend_id,card_id,amount,currency,occurred_at\ns-1,c-1,1,USD,\(text)\n"))
            let json = try Self.lines(
                try folder.write(
                    "a.jsonl",
                    #"{"spend_id":"s-1","card_id":"c-1","amount":1,"currency":"USD","occurred_at":"\#(text)"}"#))
            for line in csv + json {
                #expect((try? line.spend.get().occurredAt.seconds) == seconds)
                #expect(Self.reason(line) == (seconds == nil ? "BAD_TIME" : nil))
            }
        }
    }

    @Test("a number in place of a time is refused with what it looks like")
    func numbers() {
        #expect(Moment.problem(of: "1764500000000").contains("looks like milliseconds"))
        #expect(Moment.problem(of: "1764500000").contains("looks like seconds"))
        #expect(!Moment.problem(of: "12").contains("looks like"))
    }

    @Test(
        "every line of a file is in exactly one place, wherever a stray quote is put",
        arguments: ["a.csv", "b.csv"])
    func everyLine(_ name: String) async throws {
        try await withTemporaryFolder { folder in
            let rows = (1...8).map { "s-\($0),card-1,\($0).00,USD,\($0 == 5 ? "\"Corner, Bakery\"" : "Sol"),\n" }
            let whole = "spend_id,card_id,amount,currency,merchant_name,occurred_at\n\n" + rows.joined() + "\n"
            let bytes = Array(whole.utf8)
            let headerEnd = try #require(bytes.firstIndex(of: 10)) + 1
            for place in headerEnd...bytes.count {
                var damaged = bytes
                damaged.insert(UInt8(ascii: "\""), at: place)
                let path = folder.path(name)
                try Data(damaged).write(to: URL(fileURLWithPath: path))
                var file = try PurchaseFile(path: path)
                var sent: [String] = []
                var listed: [Int] = []
                while let line = try file.next() {
                    switch line.spend {
                    case .success(let spend):
                        sent.append(spend.spendID)
                        #expect(!spend.merchantName.contains("card-1"), "quote at byte \(place)")
                    case .failure: listed += line.refused.map(\.number)
                    }
                }
                let position = file.position
                #expect(
                    Int64(sent.count + listed.count + 1) + position.blankLines + position.continuationLines
                        == Int64(position.line - 1), "quote at byte \(place)")
                #expect(Set(listed).count == listed.count && Set(sent).count == sent.count)
            }
        }
    }

    @Test(
        "a last line without a line break is left unless the file is said to be complete", arguments: ["csv", "jsonl"])
    func unfinished(_ format: String) async throws {
        try await withTemporaryFolder { folder in
            let rows =
                format == "csv"
                ? ["spend_id,card_id,amount,currency", "s-1,c-1,1,USD", "s-2,c-1,12.00,USD"]
                : ["1", "12.00"].enumerated().map {
                    #"{"spend_id":"s-\#($0 + 1)","card_id":"c","amount":\#($1),"currency":"USD"}"#
                }
            let path = try folder.write("a.\(format)", rows.joined(separator: "\n"))
            var file = try PurchaseFile(path: path, takesUnfinished: false)
            var ids: [String] = []
            while let line = try file.next() { ids.append(line.spendID) }
            #expect(ids == ["s-1"])
            #expect(file.leftLines == rows.count...rows.count)
            #expect(file.position.line == rows.count)
            #expect(try Self.lines(path).map(\.spendID) == ["s-1", "s-2"])
            #expect(try Self.lines(path, from: file.position).map(\.spendID) == ["s-2"])
        }
    }

    static func lines(_ path: String, from position: ImportPosition? = nil) throws -> [PurchaseFile.Line] {
        var file = try PurchaseFile(path: path, position: position)
        var lines: [PurchaseFile.Line] = []
        while let line = try file.next() { lines.append(line) }
        return lines
    }

    static func reason(_ line: PurchaseFile.Line) -> String? {
        if case .failure(let problem) = line.spend { problem.reason } else { nil }
    }

    static func minorUnits(_ line: PurchaseFile.Line) -> Int64? { try? line.spend.get().amount.minorUnits }
}
