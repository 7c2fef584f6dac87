/// Splits the lines of one CSV record (RFC 4180) into fields.
struct DelimitedFields {
    /// Where the next byte is.
    private enum Place { case fieldStart, unquoted, quoted, afterQuote }

    private var place = Place.fieldStart
    private var field: [UInt8] = []
    private(set) var fields: [[UInt8]] = []
    /// What is wrong with the record, the first thing found.
    private(set) var problem: String?

    /// Whether a quote is open, so that the record goes on in the next line.
    var isOpen: Bool { place == .quoted }

    /// Takes the next line, without its line feed.
    mutating func take(_ line: some Collection<UInt8>) {
        if isOpen { field.append(UInt8(ascii: "\n")) }
        for byte in line { take(byte) }
        guard !isOpen else { return }
        if place == .unquoted, field.last == UInt8(ascii: "\r") { field.removeLast() }
        endField()
    }

    private mutating func take(_ byte: UInt8) {
        let quote = UInt8(ascii: "\"")
        switch (place, byte) {
        case (.quoted, quote): place = .afterQuote
        case (.quoted, _): field.append(byte)
        case (.afterQuote, quote):
            field.append(quote)
            place = .quoted
        case (_, UInt8(ascii: ",")): endField()
        case (.afterQuote, UInt8(ascii: "\r")): break
        case (.afterQuote, _):
            problem = problem ?? "text follows a closing quote"
            field.append(byte)
            place = .unquoted
        case (.fieldStart, quote): place = .quoted
        case (.unquoted, quote):
            problem = problem ?? "a quote is inside a field that does not begin with one"
            field.append(byte)
        default:
            field.append(byte)
            place = .unquoted
        }
    }

    private mutating func endField() {
        fields.append(field)
        field.removeAll(keepingCapacity: true)
        place = .fieldStart
    }
}
