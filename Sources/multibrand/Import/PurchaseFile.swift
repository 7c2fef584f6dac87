import Foundation
import MultibrandAPI
import Rewards

/// Reads a file of purchases, CSV or JSON Lines, a line at a time in bounded memory.
struct PurchaseFile {
    /// One line: where it is, and the spend or why there is none.
    struct Line {
        let number: Int
        /// Where the line after it begins, for an import that goes on.
        let position: ImportPosition
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
        self.format =
            name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") || name.hasSuffix(".json") ? .jsonLines : .csv
    }

    /// Where reading has come; behind the last line's, when blank lines end the file.
    var position: ImportPosition {
        switch format {
        case .csv: ImportPosition(offset: records.offset, line: records.line, header: header)
        case .jsonLines: ImportPosition(offset: offset, line: lineNumber, header: nil)
        }
    }

    /// The next line, or nil at the end.
    mutating func next() throws -> Line? {
        while taken == ready.count {
            guard !isAtEnd else { return nil }
            ready.removeAll(keepingCapacity: true)
            taken = 0
            let chunk = [UInt8](try handle.read(upToCount: Self.chunkBytes) ?? Data())
            isAtEnd = chunk.isEmpty
            switch format {
            case .csv: try readDelimited(chunk)
            case .jsonLines: readJSONLines(chunk)
            }
        }
        defer { taken += 1 }
        return ready[taken]
    }

    private mutating func readDelimited(_ chunk: [UInt8]) throws {
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
        let names = record.fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        let unknown = names.filter { !PurchaseRecord.fields.contains($0) }
        guard record.problem == nil, names.contains("spend_id"), names.contains("card_id"), unknown.isEmpty,
            Set(names).count == names.count
        else {
            throw PurchaseProblem(
                reason: "BAD_HEADER",
                message:
                    "the first line must name the columns, each once, of these: \(PurchaseRecord.fields.joined(separator: ", "))"
            )
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
                PurchaseProblem(
                    reason: "BAD_RECORD", message: "has \(record.fields.count) fields, the header \(header.count)"))
        } else {
            spend = Self.spend(of: values)
        }
        let position = ImportPosition(offset: record.endOffset, line: record.nextLine, header: header)
        return Line(number: record.line, position: position, spendID: values["spend_id"] ?? "", spend: spend)
    }

    private mutating func readJSONLines(_ chunk: [UInt8]) {
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
        if lineNumber == 1, partial.starts(with: [0xEF, 0xBB, 0xBF]) { partial.removeFirst(3) }
        if partial.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") }) {
            return
        }
        var values: [String: String] = [:]
        let spend: Result<Multibrand_V1_Spend, PurchaseProblem>
        do {
            values = try Self.values(ofJSON: partial)
            spend = Self.spend(of: values)
        } catch {
            spend = .failure(error)
        }
        let position = ImportPosition(offset: offset, line: lineNumber + 1, header: nil)
        ready.append(Line(number: lineNumber, position: position, spendID: values["spend_id"] ?? "", spend: spend))
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
                throw PurchaseProblem(
                    reason: "BAD_RECORD", message: "\(TextTable.printable(member.name)) is not a field of a purchase")
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
