/// Splits CSV (RFC 4180) into records as bytes arrive: quotes, doubled quotes, line breaks inside quotes, CR LF or LF.
///
/// A stray quote must not swallow purchases. A record may span lines only when it is sound, short, has as many fields
/// as the header, and none of its further lines could be a record by itself; otherwise every one of its lines is
/// refused, each by its own number, and nothing between the quotes is taken for a purchase.
///
/// **Guarantees** How the bytes are cut into chunks makes no difference. A quote that is never closed costs the lines
/// of ``quotedBytesMax`` bytes; reading goes on behind them.
///
/// **Cost** One pass, one record in memory.
struct DelimitedRecords {
    /// One record: its fields, and where in the file it began and ended.
    struct Record {
        /// Empty when it is refused.
        let fields: [String]
        /// The line it begins on, from 1.
        let line: Int
        /// The line after it.
        let nextLine: Int
        /// The offset of the first byte after it, where an import that stops may go on.
        let endOffset: Int64
        /// Why it cannot be used, when it can't.
        let problem: String?
        /// Its lines when it is refused, each split at its commas.
        let refusedLines: [[String]]
        /// How many blank lines precede it.
        let blankLinesBefore: Int
    }

    /// How long a record that spans lines may be, in bytes.
    static let quotedBytesMax = 64 << 10
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var splitter: LineSplitter
    /// How many fields a record has, once the header is known.
    private var fieldCount: Int?
    /// The lines of the record at hand.
    private var lines: [LineSplitter.Line] = []
    private var bytes = 0
    private var parser = DelimitedFields()
    private var isFirstLine: Bool
    private var blankLines = 0
    private var doneOffset: Int64
    private var doneLine: Int

    /// - Parameters:
    ///   - offset: Where in the file the first byte to come is.
    ///   - line: The number of its line, from 1.
    ///   - fieldCount: How many fields the header has, when it was read before.
    init(offset: Int64 = 0, line: Int = 1, fieldCount: Int? = nil) {
        splitter = LineSplitter(offset: offset, number: line)
        self.fieldCount = fieldCount
        isFirstLine = offset == 0
        doneOffset = offset
        doneLine = line
    }

    /// The offset and the line behind the last record or blank line that was taken.
    var position: (offset: Int64, line: Int) { (doneOffset, doneLine) }
    /// Blank lines behind the last record.
    var trailingBlankLines: Int { blankLines }

    /// Takes bytes and calls back with each record that they complete.
    mutating func take(_ bytes: some Collection<UInt8>, _ body: (Record) throws -> Void) rethrows {
        var ended: [LineSplitter.Line] = []
        splitter.take(bytes) { ended.append($0) }
        for line in ended {
            if let record = take(line) { try body(record) }
        }
    }

    /// Ends the file.
    ///
    /// - Parameter takesUnfinished: Whether a last line without a line break is a line; otherwise it, and the record
    ///   that it may end, are left.
    /// - Returns: The lines that were left; nil when none was.
    @discardableResult
    mutating func finish(
        takesUnfinished: Bool = true, _ body: (Record) throws -> Void
    ) rethrows -> ClosedRange<Int>? {
        if splitter.hasUnfinishedLine {
            guard takesUnfinished else { return doneLine...splitter.number }
            if let line = splitter.takeUnfinished(), let record = take(line) { try body(record) }
        }
        if let first = lines.first { try body(refused("the quote opened on line \(first.number) is never closed")) }
        return nil
    }

    private mutating func take(_ line: LineSplitter.Line) -> Record? {
        var line = line
        if isFirstLine, line.bytes.starts(with: Self.byteOrderMark) { line.bytes.removeFirst(3) }
        isFirstLine = false
        if lines.isEmpty, !line.isOversized, line.bytes.isEmpty || line.bytes == [UInt8(ascii: "\r")] {
            blankLines += 1
            (doneOffset, doneLine) = (line.endOffset, line.number + 1)
            return nil
        }
        lines.append(line)
        bytes += line.bytes.count + 1
        if line.isOversized {
            let place = lines.count > 1 ? "line \(line.number)" : "the line"
            return refused("\(place) is over \(LineSplitter.bytesMax) bytes")
        }
        parser.take(line.bytes)
        if parser.isOpen {
            guard bytes > Self.quotedBytesMax else { return nil }
            return refused(
                "the quote opened on line \(lines[0].number) is not closed within \(Self.quotedBytesMax) bytes")
        }
        if let problem = parser.problem ?? problemOfSpan { return refused(problem) }
        return sound()
    }

    /// Why a record without any other fault may not span the lines that it does.
    private var problemOfSpan: String? {
        guard lines.count > 1 else { return nil }
        let last = lines[lines.count - 1].number
        let what = "a quoted field goes on from line \(lines[0].number) to line \(last)"
        guard let fieldCount else { return nil }
        guard parser.fields.count == fieldCount else {
            return "\(what), and the record has \(parser.fields.count) fields, the header \(fieldCount)"
        }
        for line in lines.dropFirst()
        where line.bytes.count(where: { $0 == UInt8(ascii: ",") }) >= fieldCount - 1 {
            return "\(what), and line \(line.number) may be a record of its own"
        }
        return nil
    }

    private mutating func sound() -> Record {
        var texts: [String] = []
        for bytes in parser.fields {
            guard let text = String(validating: bytes, as: UTF8.self) else { return refused("is not UTF-8") }
            texts.append(text)
        }
        if fieldCount == nil { fieldCount = texts.count }
        return record(fields: texts, problem: nil, refusedLines: [])
    }

    private mutating func refused(_ problem: String) -> Record {
        let spans = lines.count > 1 ? "lines \(lines[0].number) to \(lines[lines.count - 1].number): " : ""
        return record(
            fields: [], problem: spans + problem,
            refusedLines: lines.map { line in
                line.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                    .prefix(64).map { String(decoding: $0, as: UTF8.self) }
            })
    }

    private mutating func record(fields: [String], problem: String?, refusedLines: [[String]]) -> Record {
        let last = lines[lines.count - 1]
        let record = Record(
            fields: fields, line: lines[0].number, nextLine: last.number + 1, endOffset: last.endOffset,
            problem: problem, refusedLines: refusedLines, blankLinesBefore: blankLines)
        (doneOffset, doneLine) = (last.endOffset, last.number + 1)
        lines.removeAll(keepingCapacity: true)
        bytes = 0
        blankLines = 0
        parser = DelimitedFields()
        return record
    }
}
