/// Splits CSV (RFC 4180) into records as bytes arrive: quotes, doubled quotes, line breaks inside quotes, CR LF or LF.
///
/// **Cost** One pass, one record in memory; a record over ``recordBytesMax`` is reported and skipped.
struct DelimitedRecords {
    /// One record: its fields, and where in the file it began and ended.
    struct Record {
        let fields: [String]
        let line: Int
        /// The offset of the first byte after this record, where an import that stops may go on.
        let endOffset: Int64
        /// Why it cannot be used, when it can't.
        let problem: String?
    }

    static let recordBytesMax = 1 << 20

    private var field: [UInt8] = []
    private var fields: [[UInt8]] = []
    private var inQuotes = false
    private var quoteJustClosed = false
    private var oversized = false
    private var recordBytes = 0
    private var line: Int
    private var recordLine: Int
    private var offset: Int64

    /// - Parameters:
    ///   - offset: Where in the file the first byte to come stands.
    ///   - line: The number of its line, from 1.
    init(offset: Int64 = 0, line: Int = 1) {
        self.offset = offset
        self.line = line
        self.recordLine = line
    }

    /// Takes bytes and calls back with each record that they complete.
    mutating func take(_ bytes: some Sequence<UInt8>, _ body: (Record) throws -> Void) rethrows {
        for byte in bytes {
            offset += 1
            recordBytes += 1
            if recordBytes > Self.recordBytesMax { oversized = true }
            if byte == UInt8(ascii: "\n") { line += 1 }
            if inQuotes {
                if byte == UInt8(ascii: "\"") {
                    inQuotes = false
                    quoteJustClosed = true
                } else {
                    append(byte)
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                if quoteJustClosed { append(byte) }
                inQuotes = true
            case UInt8(ascii: ","):
                endField()
            case UInt8(ascii: "\n"):
                if field.last == UInt8(ascii: "\r") { field.removeLast() }
                endField()
                if let record = endRecord() { try body(record) }
            default:
                append(byte)
            }
            quoteJustClosed = false
        }
    }

    /// Ends the file: a last record without a line break is a record too.
    mutating func finish(_ body: (Record) throws -> Void) rethrows {
        guard recordBytes > 0 else { return }
        let unfinished = inQuotes
        endField()
        if let record = endRecord(problem: unfinished ? "a quote is never closed" : nil) { try body(record) }
    }

    private mutating func append(_ byte: UInt8) {
        if !oversized { field.append(byte) }
    }

    private mutating func endField() {
        fields.append(field)
        field.removeAll(keepingCapacity: true)
    }

    private mutating func endRecord(problem: String? = nil) -> Record? {
        defer {
            fields.removeAll(keepingCapacity: true)
            recordBytes = 0
            oversized = false
            inQuotes = false
            recordLine = line
        }
        if fields.count == 1, fields[0].isEmpty, !oversized { return nil }
        var texts: [String] = []
        var problem = oversized ? "the record is over \(Self.recordBytesMax) bytes" : problem
        for bytes in fields {
            if let text = String(validating: bytes, as: UTF8.self) {
                texts.append(text)
            } else {
                texts.append("")
                problem = problem ?? "is not UTF-8"
            }
        }
        return Record(fields: texts, line: recordLine, endOffset: offset, problem: problem)
    }
}
