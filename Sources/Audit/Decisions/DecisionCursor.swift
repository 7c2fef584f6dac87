/// Walks through the bytes of a decision in their one canonical form, and accepts no other byte.
///
/// It is the audit's own reader, written from the description of the form rather than with the code that writes it:
/// names are in the order of their bytes, without spaces, whole numbers in plain digits, and a string escapes only what
/// JSON demands. So a member too many, a leading zero or a needless escape is found without writing the decision again.
/// **Cost** One pass; it allocates only the strings it returns.
struct DecisionCursor {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    /// The bytes must outlive the cursor.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    func unreadable(_ what: StaticString) -> StoredDecision.Unreadable {
        StoredDecision.Unreadable(words: "\(what) at byte \(position)")
    }

    /// Takes exactly these bytes.
    mutating func expect(_ text: StaticString) throws(StoredDecision.Unreadable) {
        guard take(text) else { throw unreadable("not in canonical form") }
    }

    /// Takes these bytes if they come next.
    mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
        position += count
        return true
    }

    /// A whole number of 64 bits: no plus, no leading zero, no minus zero.
    mutating func integer() throws(StoredDecision.Unreadable) -> Int64 {
        let isNegative = take("-")
        let first = position
        var value: Int64 = 0
        while position < bytes.count, case let digit = bytes[position] &- 0x30, digit < 10 {
            let (tens, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (next, overflows) =
                isNegative
                ? tens.subtractingReportingOverflow(Int64(digit)) : tens.addingReportingOverflow(Int64(digit))
            guard !tooBig, !overflows else { throw unreadable("a number beyond 64 bits") }
            value = next
            position += 1
        }
        let digits = position - first
        guard digits > 0, digits == 1 || bytes[first] != 0x30, !(isNegative && value == 0) else {
            throw unreadable("not a whole number in plain digits")
        }
        return value
    }

    /// A string with its quotes.
    mutating func string() throws(StoredDecision.Unreadable) -> String {
        try expect("\"")
        let start = position
        while position < bytes.count, case let byte = bytes[position], byte != 0x22, byte != 0x5C {
            guard byte >= 0x20 else { throw unreadable("a bare control character") }
            position += 1
        }
        guard position < bytes.count else { throw unreadable("an unended string") }
        if bytes[position] == 0x22 {
            let content = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
            guard let text = String(validating: content, as: UTF8.self) else { throw unreadable("invalid UTF-8") }
            position += 1
            return text
        }
        return try stringWithEscapes(from: start)
    }

    private mutating func stringWithEscapes(from start: Int) throws(StoredDecision.Unreadable) -> String {
        var content = [UInt8](bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case 0x22:
                guard let text = String(validating: content, as: UTF8.self) else { throw unreadable("invalid UTF-8") }
                return text
            case 0x5C: content.append(try escaped())
            case 0..<0x20: throw unreadable("a bare control character")
            default: content.append(byte)
            }
        }
        throw unreadable("an unended string")
    }

    /// What follows a backslash: the short form where there is one, `\u00` and two lower-case digits for the other
    /// controls.
    private mutating func escaped() throws(StoredDecision.Unreadable) -> UInt8 {
        if take("\"") { return 0x22 }
        if take("\\") { return 0x5C }
        if take("n") { return 0x0A }
        if take("r") { return 0x0D }
        if take("t") { return 0x09 }
        guard take("u00"), bytes.count - position >= 2, let high = Self.hex(bytes[position]),
            let low = Self.hex(bytes[position + 1])
        else { throw unreadable("an escape that is not canonical") }
        let byte = high << 4 | low
        guard byte < 0x20, byte != 0x0A, byte != 0x0D, byte != 0x09 else {
            throw unreadable("an escape that is not canonical")
        }
        position += 2
        return byte
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
