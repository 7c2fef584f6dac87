import Cryptography

/// Key-value pairs that travel with a call: names in lower case, values as ASCII text, or as bytes under names that end
/// in `-bin`. A name may have several values.
///
/// **Cost** One array, in the form that travels; texts are made when they are asked for.
package struct Metadata: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    // Each field: two bytes with the name's length, four with the value's, the name, the value as it travels.
    private var block: [UInt8] = []

    /// Makes empty metadata.
    package init() {}

    /// Makes metadata of texts.
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// Whether there is no field.
    package var isEmpty: Bool { block.isEmpty }

    /// The first text under the name; setting replaces every value of the name.
    package subscript(name: String) -> String? {
        get { values(name).first }
        set {
            remove(name)
            if let newValue { add(name, newValue) }
        }
    }

    /// Every text under the name, in the order they were sent.
    package func values(_ name: String) -> [String] {
        rawValues(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Every byte value under a name that ends in `-bin`; what is not base64 is left out.
    package func binaryValues(_ name: String) -> [[UInt8]] {
        rawValues(name).flatMap { value in
            value.split(separator: UInt8(ascii: ",")).compactMap { Base64.decode(utf8: $0) }
        }
    }

    /// Adds a text. Characters that cannot travel in a header become `?`.
    package mutating func add(_ name: String, _ value: String) {
        let visible = value.utf8.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }
        append(name: Array(name.lowercased().utf8), value: visible)
    }

    /// Adds bytes under a name that ends in `-bin`.
    package mutating func add(_ name: String, binary value: some Collection<UInt8>) {
        precondition(name.hasSuffix("-bin"), "the name of a binary value ends in -bin")
        append(name: Array(name.lowercased().utf8), value: Array(Base64.encode(value, padding: false).utf8))
    }

    /// Removes every value of the name.
    package mutating func remove(_ name: String) {
        var kept = Metadata()
        forEachField { field, value in
            if !field.elementsEqual(name.utf8) { kept.append(name: Array(field), value: Array(value)) }
        }
        self = kept
    }

    /// Every name and value as they travel, in order.
    package var fields: [(name: String, value: [UInt8])] {
        var list: [(name: String, value: [UInt8])] = []
        forEachField { list.append((name: String(decoding: $0, as: UTF8.self), value: Array($1))) }
        return list
    }

    /// Adds a field as it came from the wire.
    mutating func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        appendLengths(name.count, value.count)
        block.append(contentsOf: name)
        block.append(contentsOf: value)
    }

    private mutating func append(name: [UInt8], value: [UInt8]) {
        appendLengths(name.count, value.count)
        block.append(contentsOf: name)
        block.append(contentsOf: value)
    }

    private mutating func appendLengths(_ name: Int, _ value: Int) {
        block.reserveCapacity(block.count + 6 + name + value)
        block.append(UInt8(truncatingIfNeeded: name >> 8))
        block.append(UInt8(truncatingIfNeeded: name))
        for shift in [24, 16, 8, 0] { block.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    private func rawValues(_ name: String) -> [[UInt8]] {
        var list: [[UInt8]] = []
        forEachField { field, value in
            if field.elementsEqual(name.utf8) { list.append(Array(value)) }
        }
        return list
    }

    private func forEachField(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        var position = 0
        while position + 6 <= block.count {
            let nameEnd = position + 6 + (Int(block[position]) << 8 | Int(block[position + 1]))
            var valueCount = 0
            for byte in block[(position + 2)..<(position + 6)] { valueCount = valueCount << 8 | Int(byte) }
            body(block[(position + 6)..<nameEnd], block[nameEnd..<(nameEnd + valueCount)])
            position = nameEnd + valueCount
        }
    }
}
