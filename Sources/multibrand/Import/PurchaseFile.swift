import Foundation
import MultibrandAPI
import Rewards

/// Reads a file of purchases, CSV or JSON Lines, a line at a time in bounded memory.
struct PurchaseFile {
    /// One line: where it is, and the spend or why there is none.
    struct Line {
        let number: Int
        /// The offset of the byte after it, where an interrupted import goes on.
        let endOffset: Int64
        let spendID: String
        let spend: Result<Multibrand_V1_Spend, PurchaseProblem>
    }

    enum Format { case csv, jsonLines }

    static let chunkBytes = 1 << 20

    let size: Int64
    let format: Format
    private let handle: FileHandle
    private var records: DelimitedRecords
    private var header: [String]?
    private var ready: [Line] = []
    private var taken = 0
    private var partial: [UInt8] = []
    private var offset: Int64
    private var lineNumber: Int
    private var isAtEnd = false

    /// Opens a file at its beginning, or where an earlier import left it.
    ///
    /// - Parameter position: The offset and the line number to go on at, with the header read before.
    init(path: String, position: ImportPosition? = nil) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw PurchaseProblem(reason: "NO_FILE", message: "\(path) cannot be read; does it exist?")
        }
        self.handle = handle
        self.size = Int64(try handle.seekToEnd())
        self.offset = position?.offset ?? 0
        self.lineNumber = position?.line ?? 1
        self.header = position?.header
        self.records = DelimitedRecords(offset: offset, line: lineNumber)
        try handle.seek(toOffset: UInt64(offset))
        let name = path.lowercased()
        self.format = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") || name.hasSuffix(".json") ? .jsonLines : .csv
    }

    /// Where the next line to be returned begins, and the header that applies to it.
    func position(after line: Line) -> ImportPosition {
        ImportPosition(offset: line.endOffset, line: line.number + 1, header: header)
    }

    /// The next line, or nil at the end.
    mutating func next() throws -> Line? {
        while taken == ready.count {
            guard !isAtEnd else { return nil }
            ready.removeAll(keepingCapacity: true)
            taken = 0
            let chunk = try handle.read(upToCount: Self.chunkBytes) ?? Data()
            isAtEnd = chunk.isEmpty
            switch format {
            case .csv: try readDelimited(chunk)
            case .jsonLines: readJSONLines(chunk)
            }
        }
        defer { taken += 1 }
        return ready[taken]
    }

    private mutating func readDelimited(_ chunk: Data) throws {
        var found: [DelimitedRecords.Record] = []
        if isAtEnd {
            records.finish { found.append($0) }
        } else {
            records.take(chunk) { found.append($0) }
        }
        for record in found {
            guard let header else {
                try readHeader(record)
                continue
            }
            ready.append(line(from: record, header: header))
        }
    }

    private mutating func readHeader(_ record: DelimitedRecords.Record) throws {
        var names = record.fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        if names.first?.hasPrefix("\u{FEFF}") == true { names[0].removeFirst() }
        let unknown = names.filter { !PurchaseRecord.fields.contains($0) }
        guard names.contains("spend_id"), names.contains("card_id"), unknown.isEmpty else {
            throw PurchaseProblem(
                reason: "BAD_HEADER",
                message: "the first line must name the columns, of these: \(PurchaseRecord.fields.joined(separator: ", "))")
        }
        header = names
    }

    private func line(from record: DelimitedRecords.Record, header: [String]) -> Line {
        let values = Dictionary(zip(header, record.fields), uniquingKeysWith: { _, last in last })
        let spend: Result<Multibrand_V1_Spend, PurchaseProblem>
        if let problem = record.problem {
            spend = .failure(PurchaseProblem(reason: "BAD_RECORD", message: problem))
        } else if record.fields.count != header.count {
            spend = .failure(
                PurchaseProblem(reason: "BAD_RECORD", message: "has \(record.fields.count) fields, the header \(header.count)"))
        } else {
            spend = Self.spend(of: values)
        }
        return Line(number: record.line, endOffset: record.endOffset, spendID: values["spend_id"] ?? "", spend: spend)
    }

    private mutating func readJSONLines(_ chunk: Data) {
        for byte in chunk {
            offset += 1
            guard byte == UInt8(ascii: "\n") else {
                if partial.count <= DelimitedRecords.recordBytesMax { partial.append(byte) }
                continue
            }
            endJSONLine()
        }
        if isAtEnd, !partial.isEmpty { endJSONLine() }
    }

    private mutating func endJSONLine() {
        defer {
            partial.removeAll(keepingCapacity: true)
            lineNumber += 1
        }
        if partial.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") }) { return }
        var values: [String: String] = [:]
        var spend: Result<Multibrand_V1_Spend, PurchaseProblem>
        do {
            values = try Self.values(ofJSON: partial)
            spend = Self.spend(of: values)
        } catch {
            spend = .failure(error)
        }
        ready.append(Line(number: lineNumber, endOffset: offset, spendID: values["spend_id"] ?? "", spend: spend))
    }

    private static func values(ofJSON bytes: [UInt8]) throws(PurchaseProblem) -> [String: String] {
        let parsed: JSONValue
        do {
            parsed = try JSONValue(parsing: bytes, bytesMax: DelimitedRecords.recordBytesMax)
        } catch {
            throw PurchaseProblem(reason: "BAD_RECORD", message: "is not a JSON object on one line: \(error)")
        }
        guard let object = parsed.object else {
            throw PurchaseProblem(reason: "BAD_RECORD", message: "is not a JSON object")
        }
        var values: [String: String] = [:]
        for member in object.members {
            guard PurchaseRecord.fields.contains(member.name) else {
                throw PurchaseProblem(reason: "BAD_RECORD", message: "\(TextTable.printable(member.name)) is not a field of a purchase")
            }
            if let text = member.value.string {
                values[member.name] = text
            } else if let number = member.value.exactDecimal {
                values[member.name] = number.description
            } else if member.value != .null {
                throw PurchaseProblem(reason: "BAD_RECORD", message: "\(member.name) must be text or a number")
            }
        }
        return values
    }

    private static func spend(of values: [String: String]) -> Result<Multibrand_V1_Spend, PurchaseProblem> {
        do {
            return .success(try PurchaseRecord(values).spend())
        } catch {
            return .failure(error)
        }
    }
}
