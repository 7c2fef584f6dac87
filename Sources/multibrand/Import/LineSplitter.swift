/// Splits bytes into lines as they arrive; a line is what a line feed ends.
///
/// **Guarantees** How the bytes are cut into chunks makes no difference. A line over ``bytesMax`` is not kept whole.
///
/// **Cost** One pass, one line in memory.
struct LineSplitter {
    struct Line {
        /// Without the line feed; empty when the line is too long.
        var bytes: [UInt8]
        /// From 1.
        let number: Int
        /// The offset of the first byte after its line feed.
        let endOffset: Int64
        /// Whether it is longer than a line may be.
        let isOversized: Bool
    }

    static let bytesMax = 1 << 20
    private static let lineFeed = UInt8(ascii: "\n")

    private var partial: [UInt8] = []
    private var isOversized = false
    /// Where the next byte is in the file.
    private(set) var offset: Int64
    /// The number of the next byte's line.
    private(set) var number: Int
    /// Whether bytes have come that no line feed has ended yet.
    private(set) var hasUnfinishedLine = false

    init(offset: Int64, number: Int) {
        self.offset = offset
        self.number = number
    }

    /// Takes bytes and calls back with each line that they end.
    mutating func take(_ bytes: some Collection<UInt8>, _ body: (Line) throws -> Void) rethrows {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: Self.lineFeed) {
            keep(rest[..<end])
            offset += 1
            number += 1
            try body(line(number: number - 1))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty {
            keep(rest)
            hasUnfinishedLine = true
        }
    }

    /// The bytes behind the last line feed as a line; nil when there are none.
    mutating func takeUnfinished() -> Line? {
        guard hasUnfinishedLine else { return nil }
        number += 1
        return line(number: number - 1)
    }

    private mutating func keep(_ bytes: some Collection<UInt8>) {
        offset += Int64(bytes.count)
        if isOversized || partial.count + bytes.count > Self.bytesMax {
            isOversized = true
            partial.removeAll()
        } else {
            partial.append(contentsOf: bytes)
        }
    }

    private mutating func line(number: Int) -> Line {
        defer {
            partial.removeAll(keepingCapacity: true)
            isOversized = false
            hasUnfinishedLine = false
        }
        return Line(bytes: partial, number: number, endOffset: offset, isOversized: isOversized)
    }
}
