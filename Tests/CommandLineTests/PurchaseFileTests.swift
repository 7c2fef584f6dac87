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
