/// Splits CSV (RFC 4180) into records as bytes arrive: quotes, doubled quotes, line breaks inside quotes, CR LF or LF.
///
/// **Guarantees** How the bytes are cut into chunks makes no difference. A quote that is never closed costs one record:
/// after ``recordBytesMax`` bytes reading goes on at the next line.
///
/// **Cost** One pass, one record in memory.
struct DelimitedRecords {
    /// One record: its fields, and where in the file it began and ended.
    struct Record {
        let fields: [String]
        /// The line it begins on, from 1.
        let line: Int
        /// The line after it.
        let nextLine: Int
        /// The offset of the first byte after it, where an import that stops may go on.
        let endOffset: Int64
        /// Why it cannot be used, when it can't.
        let problem: String?
    }

    /// Where the next byte stands.
    private enum Place { case fieldStart, unquoted, quoted, afterQuote }

    static let recordBytesMax = 1 << 20
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var place = Place.fieldStart
    private var field: [UInt8] = []
    private var fields: [[UInt8]] = []
    private var problem: String?
    private var isOversized = false
    private var recordBytes = 0
    private var isFirstRecord: Bool
    /// The line of the next byte.
    private(set) var line: Int
    private var recordLine: Int
    /// Where in the file the next byte stands.
    private(set) var offset: Int64

    /// - Parameters:
    ///   - offset: Where in the file the first byte to come stands.
    ///   - line: The number of its line, from 1.
    init(offset: Int64 = 0, line: Int = 1) {
        self.offset = offset
        self.line = line
        self.recordLine = line
        self.isFirstRecord = offset == 0
    }

    /// Takes bytes and calls back with each record that they complete.
    mutating func take(_ bytes: some Sequence<UInt8>, _ body: (Record) throws -> Void) rethrows {
        for byte in bytes {
            offset += 1
            recordBytes += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            if recordBytes > Self.recordBytesMax { giveUpRecord() }
            if let record = take(byte) { try body(record) }
        }
    }

    /// Ends the file: a last record without a line break is a record too.
    mutating func finish(_ body: (Record) throws -> Void) rethrows {
        guard recordBytes > 0 else { return }
        if place == .quoted { problem = problem ?? "a quote is never closed" }
        if let record = endRecord(nextLine: line + 1) { try body(record) }
    }

    private mutating func take(_ byte: UInt8) -> Record? {
        let quote = UInt8(ascii: "\"")
        let carriageReturn = UInt8(ascii: "\r")
        switch (place, byte) {
        case (.quoted, quote): place = .afterQuote
        case (.quoted, _): append(byte)
        case (.afterQuote, quote):
            append(quote)
            place = .quoted
        case (_, UInt8(ascii: ",")): endField()
        case (_, UInt8(ascii: "\n")):
            if place == .unquoted, field.last == carriageReturn { field.removeLast() }
            return endRecord(nextLine: line)
        case (.afterQuote, carriageReturn): break
        case (.afterQuote, _):
            problem = problem ?? "text follows a closing quote"
            append(byte)
            place = .unquoted
        case (.fieldStart, quote): place = .quoted
        case (.unquoted, quote):
            if isFirstRecord, fields.isEmpty, field == Self.byteOrderMark {
                field.removeAll(keepingCapacity: true)
                place = .quoted
            } else {
                problem = problem ?? "a quote stands inside a field that does not begin with one"
                append(byte)
            }
        default:
            append(byte)
            place = .unquoted
        }
        return nil
    }

    /// Keeps nothing more of a record that is too large, and looks for the end of its line.
    private mutating func giveUpRecord() {
        isOversized = true
        if place == .quoted { place = .unquoted }
        field.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ byte: UInt8) {
        if !isOversized { field.append(byte) }
    }

    private mutating func endField() {
        if !isOversized { fields.append(field) }
        field.removeAll(keepingCapacity: true)
        place = .fieldStart
    }

    private mutating func endRecord(nextLine: Int) -> Record? {
        endField()
        defer {
            fields.removeAll(keepingCapacity: true)
            recordBytes = 0
            isOversized = false
            isFirstRecord = false
            problem = nil
            recordLine = line
        }
        if isFirstRecord, fields.first?.starts(with: Self.byteOrderMark) == true { fields[0].removeFirst(3) }
        if isOversized {
            problem =
                "lines \(recordLine) to \(nextLine - 1) are one record over \(Self.recordBytesMax) bytes; is a quote never closed?"
            fields = fields.isEmpty ? [] : [fields[0]]
        } else if fields.count == 1, fields[0].isEmpty, problem == nil {
            return nil
        }
        var texts: [String] = []
        for bytes in fields {
            if let text = String(validating: bytes, as: UTF8.self) {
                texts.append(text)
            } else {
                texts.append("")
                problem = problem ?? "is not UTF-8"
            }
        }
        return Record(fields: texts, line: recordLine, nextLine: nextLine, endOffset: offset, problem: problem)
    }
}
