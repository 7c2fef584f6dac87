import Foundation
import MultibrandAPI
import Rewards

/// Reads a file of purchases, CSV or JSON Lines, a line at a time in bounded memory.
///
/// **Guarantees** Every line of the file is the header, blank, in exactly one ``Line``, or left because it is not
/// finished.
struct PurchaseFile {
    /// One record: where it is, and the spend or why there is none.
    struct Line {
        let number: Int
        /// Where the line after it begins, for an import that goes on.
        let position: ImportPosition
        let spendID: String
        let spend: Result<Multibrand_V1_Spend, PurchaseProblem>
        /// The lines to list when it is refused: its own, or each of those that a stray quote joined.
        let refused: [Refused]
        /// The bytes from the last position to this one; nil when they are too many to be kept.
        var bytes: [UInt8]?

        init(
            number: Int, position: ImportPosition, spendID: String, spend: Result<Multibrand_V1_Spend, PurchaseProblem>,
            refused: [Refused]? = nil, bytes: [UInt8]? = []
        ) {
            self.number = number
            self.position = position
            self.spendID = spendID
            self.spend = spend
            self.refused = refused ?? [Refused(number: number, spendID: spendID)]
            self.bytes = bytes
        }
    }

    /// A line of the file that is refused.
    struct Refused {
        let number: Int
        let spendID: String
    }

    enum Format { case csv, jsonLines }

    static let chunkBytes = 1 << 20
    /// More bytes than these are not kept between two positions.
    private static let bytesKeptMax = 4 << 20

    let size: Int64
    let format: Format
    /// The lines at the end that were left because the last one has no line break yet.
    private(set) var leftLines: ClosedRange<Int>?
    private let takesUnfinished: Bool
    private let handle: FileHandle
    private var records: DelimitedRecords
    private var splitter: LineSplitter
    private var ready: [Line] = []
    private var taken = 0
    private var isAtEnd = false
    /// Where the last line that was read ends.
    private(set) var position: ImportPosition
    /// Where the blank lines behind the last line end.
    private var blankLinesPending: ImportPosition?
    /// The bytes read behind that position, and where they begin; they begin later when they were too many to be kept.
    private var kept: [UInt8] = []
    private var keptOffset: Int64
    /// The bytes between the last line and the end, once that is reached: blank lines; nil when they were too many to
    /// be kept.
    private(set) var trailing: [UInt8]? = []

    /// Opens a file at its beginning, or where an earlier import left it.
    ///
    /// - Parameters:
    ///   - position: The offset and the line number to go on at, with the header read before.
    ///   - takesUnfinished: Whether a last line without a line break is a line; it may be half of one while somebody
    ///     writes.
    init(path: String, position: ImportPosition? = nil, takesUnfinished: Bool = true) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw PurchaseProblem(reason: "NO_FILE", message: "\(path) does not exist")
        }
        guard !isFolder.boolValue else {
            throw PurchaseProblem(reason: "NO_FILE", message: "\(path) is a directory, not a file of purchases")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw PurchaseProblem(
                reason: "NO_FILE", message: "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        let position = position ?? .beginning
        self.handle = handle
        self.size = Int64(try handle.seekToEnd())
        self.takesUnfinished = takesUnfinished
        self.position = position
        self.keptOffset = position.offset
        self.records = DelimitedRecords(
            offset: position.offset, line: position.line, fieldCount: position.header?.count)
        self.splitter = LineSplitter(offset: position.offset, number: position.line)
        try handle.seek(toOffset: UInt64(position.offset))
        let name = path.lowercased()
        self.format =
            name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") || name.hasSuffix(".json") ? .jsonLines : .csv
    }

    /// The next line, or nil at the end.
    mutating func next() throws -> Line? {
        while taken == ready.count {
            guard !isAtEnd else { return nil }
            ready.removeAll(keepingCapacity: true)
            taken = 0
            let chunk = [UInt8](try handle.read(upToCount: Self.chunkBytes) ?? Data())
            isAtEnd = chunk.isEmpty
            keep(chunk)
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
            leftLines = records.finish(takesUnfinished: takesUnfinished) { found.append($0) }
        } else {
            records.take(chunk) { found.append($0) }
        }
        for record in found {
            let blank = position.blankLines + Int64(record.blankLinesBefore)
            if let header = position.header {
                add(line(from: record, header: header, blankLines: blank))
            } else {
                let header = try header(of: record)
                position = ImportPosition(
                    offset: position.offset, line: position.line, header: header, blankLines: blank)
            }
        }
        guard isAtEnd else { return }
        let (offset, line) = records.position
        let blank = position.blankLines + Int64(records.trailingBlankLines)
        end(
            ImportPosition(
                offset: offset, line: line, header: position.header, blankLines: blank,
                continuationLines: position.continuationLines))
    }

    private func header(of record: DelimitedRecords.Record) throws -> [String] {
        let names = record.fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        let unknown = names.filter { !PurchaseRecord.fields.contains($0) }
        guard record.problem == nil, names.contains("spend_id"), names.contains("card_id"), unknown.isEmpty,
            Set(names).count == names.count
        else {
            throw PurchaseProblem(
                reason: "BAD_HEADER",
                message:
                    "the first line must name the columns, each once, of these: "
                    + "\(PurchaseRecord.fields.joined(separator: ", "))"
            )
        }
        return names
    }

    private func line(from record: DelimitedRecords.Record, header: [String], blankLines: Int64) -> Line {
        let spend: Result<Multibrand_V1_Spend, PurchaseProblem>
        var refused = record.refusedLines.enumerated().map { index, fields in
            Refused(number: record.line + index, spendID: Self.spendID(in: fields, header))
        }
        var continuations = Int64(record.nextLine - record.line - 1)
        let values = Dictionary(zip(header, record.fields), uniquingKeysWith: { _, last in last })
        if let problem = record.problem {
            spend = .failure(PurchaseProblem(reason: "BAD_RECORD", message: problem))
            continuations = 0
        } else {
            refused = [Refused(number: record.line, spendID: values["spend_id"] ?? "")]
            if record.fields.count != header.count {
                spend = .failure(
                    PurchaseProblem(
                        reason: "BAD_RECORD", message: "has \(record.fields.count) fields, the header \(header.count)"))
            } else {
                spend = Self.spend(of: values)
            }
        }
        let position = ImportPosition(
            offset: record.endOffset, line: record.nextLine, header: header, blankLines: blankLines,
            continuationLines: position.continuationLines + continuations)
        return Line(
            number: record.line, position: position, spendID: refused.first?.spendID ?? "", spend: spend,
            refused: refused)
    }

    private static func spendID(in fields: [String], _ header: [String]) -> String {
        guard let index = header.firstIndex(of: "spend_id"), index < fields.count else { return "" }
        return fields[index].trimmingCharacters(in: CharacterSet(charactersIn: "\"\r"))
    }

    private mutating func readJSONLines(_ chunk: [UInt8]) {
        var found: [LineSplitter.Line] = []
        splitter.take(chunk) { found.append($0) }
        if isAtEnd, splitter.hasUnfinishedLine {
            if takesUnfinished {
                if let line = splitter.takeUnfinished() { found.append(line) }
            } else {
                leftLines = splitter.number...splitter.number
            }
        }
        for line in found { take(jsonLine: line) }
        if isAtEnd { end(position) }
    }

    private mutating func take(jsonLine line: LineSplitter.Line) {
        var bytes = line.bytes
        if line.number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        let isBlank =
            !line.isOversized
            && bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") }
        let next = ImportPosition(
            offset: line.endOffset, line: line.number + 1, header: nil,
            blankLines: position.blankLines + (isBlank ? 1 : 0))
        guard !isBlank else {
            // Its bytes stay with the line that comes next.
            blankLinesPending = next
            return position = ImportPosition(
                offset: position.offset, line: position.line, header: nil, blankLines: next.blankLines)
        }
        blankLinesPending = nil
        var values: [String: String] = [:]
        let spend: Result<Multibrand_V1_Spend, PurchaseProblem>
        do throws(PurchaseProblem) {
            if line.isOversized {
                throw PurchaseProblem(
                    reason: "BAD_RECORD", message: "the line is over \(LineSplitter.bytesMax) bytes")
            }
            values = try Self.values(ofJSON: bytes)
            spend = Self.spend(of: values)
        } catch {
            spend = .failure(error)
        }
        add(Line(number: line.number, position: next, spendID: values["spend_id"] ?? "", spend: spend))
    }

    /// Adds a line with the bytes up to its end.
    private mutating func add(_ line: Line) {
        var line = line
        line.bytes = bytes(upTo: line.position.offset)
        position = line.position
        ready.append(line)
    }

    private mutating func end(_ last: ImportPosition) {
        let last = blankLinesPending ?? last
        trailing = bytes(upTo: last.offset)
        position = last
    }

    private mutating func keep(_ chunk: [UInt8]) {
        let done = min(max(0, Int(position.offset - keptOffset)), kept.count)
        kept.removeFirst(done)
        keptOffset += Int64(done)
        if kept.count > Self.bytesKeptMax {
            // Only a line that is too long leaves so much; its bytes are read from the file again when they are needed.
            keptOffset += Int64(kept.count)
            kept.removeAll()
        }
        kept += chunk
    }

    /// The bytes from the position to an offset.
    private func bytes(upTo offset: Int64) -> [UInt8]? {
        guard position.offset >= keptOffset else { return nil }
        return Array(kept[Int(position.offset - keptOffset)..<Int(offset - keptOffset)])
    }

    private static func values(ofJSON bytes: [UInt8]) throws(PurchaseProblem) -> [String: String] {
        let parsed: JSONValue
        do {
            parsed = try JSONValue(parsing: bytes, bytesMax: LineSplitter.bytesMax)
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
