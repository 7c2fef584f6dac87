/// PostgreSQL's binary `numeric` as decimal text (`numeric_send` in its numeric.c).
///
/// Four 16-bit words come first: the count of base-10000 digits, the weight of the first digit, the sign, and the count
/// of decimal places to show. The digits follow.
enum NumericText {
    static func decode(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.count >= 8 else { return nil }
        let count = Int(bytes.bigEndian(Int16.self, at: 0))
        let weight = Int(bytes.bigEndian(Int16.self, at: 2))
        let sign = bytes.bigEndian(UInt16.self, at: 4)
        let scale = Int(bytes.bigEndian(UInt16.self, at: 6))
        switch sign {
        case 0xC000: return "NaN"
        case 0xD000: return "Infinity"
        case 0xF000: return "-Infinity"
        default: break
        }
        guard count >= 0, bytes.count == 8 + 2 * count else { return nil }
        func digit(_ index: Int) -> String {
            guard index >= 0, index < count else { return "0000" }
            let text = String(bytes.bigEndian(Int16.self, at: 8 + 2 * index))
            return String(repeating: "0", count: max(0, 4 - text.utf8.count)) + text
        }
        var whole = weight < 0 ? "0" : (0...weight).map(digit).joined()
        whole = String(whole.drop { $0 == "0" })
        if whole.isEmpty { whole = "0" }
        var fraction = ""
        var index = weight + 1
        while fraction.utf8.count < scale {
            fraction += digit(index)
            index += 1
        }
        let places = fraction.prefix(scale)
        return (sign == 0x4000 ? "-" : "") + whole + (places.isEmpty ? "" : "." + places)
    }
}
