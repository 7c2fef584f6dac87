import Testing

@testable import multibrand

@Suite("CSV is split into records wherever the chunks end")
struct DelimitedRecordsTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let fields: [[String]]
        var problems: [String?]
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ fields: [[String]], problems: [String?]? = nil) {
            self.init(name, Array(text.utf8), fields, problems: problems)
        }

        init(_ name: String, _ bytes: [UInt8], _ fields: [[String]], problems: [String?]? = nil) {
            self.name = name
            self.bytes = bytes
            self.fields = fields
            self.problems = problems ?? fields.map { _ in nil }
        }
    }

    static let samples = [
        Sample("plain lines", "a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        Sample("CR LF", "a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        Sample("no line break at the end", "a,b\nc,d", [["a", "b"], ["c", "d"]]),
        Sample("blank lines are nothing", "a\n\n\r\nb\n", [["a"], ["b"]]),
        Sample("empty fields stay", ",\na,,\n", [["", ""], ["a", "", ""]]),
        Sample(
            "quotes hold commas and line breaks", "w,x,y\n1,\"a,b\r\nc\",d\n",
            [["w", "x", "y"], ["1", "a,b\r\nc", "d"]]),
        Sample("a doubled quote is one", "\"say \"\"yes\"\"\",\"\"\n", [["say \"yes\"", ""]]),
        Sample("a quoted field may end CR LF", "a,\"b\"\r\nc\n", [["a", "b"], ["c"]]),
        Sample("a quoted CR stays", "\"a\r\"\nb\n", [["a\r"], ["b"]]),
        Sample("a byte order mark is no text", "\u{FEFF}a,b\nc\n", [["a", "b"], ["c"]]),
        Sample("a byte order mark may precede a quote", "\u{FEFF}\"a,b\"\n", [["a,b"]]),
        Sample("a byte order mark later is text", "a\n\u{FEFF}b\n", [["a"], ["\u{FEFF}b"]]),
        Sample("letters beyond ASCII", "Zürich,東京\n", [["Zürich", "東京"]]),
        Sample(
            "a quote never closed", "a\n\"b,c\nd", [["a"], []],
            problems: [nil, "lines 2 to 3: the quote opened on line 2 is never closed"]),
        Sample(
            "a quote inside a plain field", "5\" disk,b\nc\n", [[], ["c"]],
            problems: ["a quote is inside a field that does not begin with one", nil]),
        Sample(
            "text behind a closing quote", "\"a\"b,c\nd\n", [[], ["d"]],
            problems: ["text follows a closing quote", nil]),
        Sample(
            "a stray quote and the next one", "a,b\n1,\"2\n3,4\n5,\"6\"\n7,8\n", [["a", "b"], [], ["7", "8"]],
            problems: [nil, "lines 2 to 4: text follows a closing quote", nil]),
        Sample(
            "quotes around whole lines", "a,b\n1,\"2\n3,4\n\"\n7,8\n", [["a", "b"], [], ["7", "8"]],
            problems: [
                nil,
                "lines 2 to 4: a quoted field goes on from line 2 to line 4, and line 3 may be a record of its own",
                nil,
            ]),
        Sample(
            "a record over lines with fields missing", "a,b,c\n1,\"2\n3\"\n7,8,9\n",
            [["a", "b", "c"], [], ["7", "8", "9"]],
            problems: [
                nil,
                "lines 2 to 3: a quoted field goes on from line 2 to line 3, and the record has 2 fields, the header 3",
                nil,
            ]),
        Sample(
            "bytes that are not UTF-8", [0x61, 0x2C, 0xFF, 0x0A, 0x62, 0x0A], [[], ["b"]],
            problems: ["is not UTF-8", nil]),
    ]

    @Test("every record comes out the same, whichever two chunks the bytes come in", arguments: samples)
    func splitAnywhere(_ sample: Sample) {
        for cut in 0...sample.bytes.count {
            var records = DelimitedRecords()
            var found: [DelimitedRecords.Record] = []
            records.take(sample.bytes[..<cut]) { found.append($0) }
            records.take(sample.bytes[cut...]) { found.append($0) }
            records.finish { found.append($0) }
            #expect(found.map(\.fields) == sample.fields, "cut at byte \(cut)")
            #expect(found.map(\.problem) == sample.problems, "cut at byte \(cut)")
            #expect(found.last?.endOffset ?? 0 <= Int64(sample.bytes.count))
        }
    }

    @Test("reading may go on behind any record and gives the rest, with the same lines", arguments: samples)
    func goesOn(_ sample: Sample) {
        let all = Self.records(sample.bytes, offset: 0, line: 1)
        for (index, record) in all.enumerated() {
            let rest = Self.records(
                sample.bytes, offset: Int(record.endOffset), line: record.nextLine, fieldCount: all[0].fields.count)
            #expect(rest.map(\.fields) == all[(index + 1)...].map(\.fields), "behind record \(index)")
            #expect(rest.map(\.line) == all[(index + 1)...].map(\.line), "behind record \(index)")
        }
    }

    @Test("lines are counted by line breaks, those inside quotes too, and blank ones are reported")
    func lines() {
        let records = Self.records(Array("a,b\nb,\"b\nb\"\n\nc,\n\n".utf8), offset: 0, line: 1)
        #expect(records.map(\.line) == [1, 2, 5])
        #expect(records.map(\.nextLine) == [2, 4, 6])
        #expect(records.map(\.blankLinesBefore) == [0, 0, 1])
    }

    @Test("a quote that is never closed costs the lines of a bounded piece, each listed, and not the rest of the file")
    func unclosedQuote() throws {
        let filler = String(repeating: "x,y\n", count: DelimitedRecords.quotedBytesMax / 4 + 10)
        let records = Self.records(Array("h,i\na,\"b\n\(filler)".utf8), offset: 0, line: 1)
        let refused = records[1]
        #expect(refused.problem?.contains("the quote opened on line 2 is not closed within") == true)
        #expect(refused.refusedLines.count == refused.nextLine - refused.line)
        #expect(refused.refusedLines.first == ["a", "\"b"] && refused.refusedLines.last == ["x", "y"])
        #expect(records.count > 5)
        #expect(records.dropFirst(2).allSatisfy { $0.fields == ["x", "y"] && $0.problem == nil })
        #expect(records[2].line == refused.nextLine)
    }

    @Test("a line without end is reported once and never kept whole")
    func endlessLine() {
        let bytes =
            [UInt8](repeating: UInt8(ascii: ","), count: 3 * LineSplitter.bytesMax) + Array("\nb\n".utf8)
        let records = Self.records(bytes, offset: 0, line: 1)
        #expect(records.count == 2)
        #expect(records.first?.problem == "the line is over \(LineSplitter.bytesMax) bytes")
        #expect(records.first.map { $0.refusedLines.count == 1 } == true)
        #expect(records.last?.fields == ["b"])
    }

    private static func records(
        _ bytes: [UInt8], offset: Int, line: Int, fieldCount: Int? = nil
    ) -> [DelimitedRecords.Record] {
        var records = DelimitedRecords(offset: Int64(offset), line: line, fieldCount: fieldCount)
        var found: [DelimitedRecords.Record] = []
        records.take(bytes[offset...]) { found.append($0) }
        records.finish { found.append($0) }
        return found
    }
}
