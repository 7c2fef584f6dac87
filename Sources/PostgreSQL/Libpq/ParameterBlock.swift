/// The parameters of one statement, encoded once on the caller's side into the arrays that libpq takes.
///
/// Encoding before the statement reaches its connection means that a value that cannot be sent costs no round trip and
/// leaves the connection as it was.
struct ParameterBlock: Sendable {
    private(set) var types: [UInt32] = []
    private var bytes: [UInt8] = []
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    private static let nullOffset = -1
    private static let textFormat: Int32 = 0
    private static let binaryFormat: Int32 = 1
    /// The protocol counts the parameters of a statement in 16 bits.
    private static let countMax = 65_535

    var count: Int { types.count }

    init(_ values: [PostgresValue]) throws(PostgresError) {
        guard values.count <= Self.countMax else {
            throw .encoding("a statement takes at most \(Self.countMax) parameters; send arrays and unnest them")
        }
        types.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            try append(value, position: index + 1)
        }
    }

    /// Whether a statement prepared for `declared` types can take these values; a NULL fits every type.
    func fits(_ declared: [UInt32]) -> Bool {
        guard declared.count == types.count else { return false }
        for index in declared.indices where declared[index] != types[index] && offsets[index] != Self.nullOffset {
            return false
        }
        return true
    }

    /// Lends libpq the four arrays.
    func withArguments<R>(
        _ body: (
            _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> R
    ) -> R {
        bytes.withUnsafeBytes { raw in
            let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = offsets.map { offset in
                offset == Self.nullOffset ? nil : base.map { UnsafePointer($0 + offset) }
            }
            return pointers.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }

    private mutating func append(_ value: PostgresValue, position: Int) throws(PostgresError) {
        types.append(value.typeOID)
        let start = bytes.count
        if case .null = value {
            offsets.append(Self.nullOffset)
            lengths.append(0)
            formats.append(Self.textFormat)
            return
        }
        let format = try value.encode(into: &bytes, position: position)
        guard let length = Int32(exactly: bytes.count - start), length < 1 << 30 else {
            throw .encoding("parameter $\(position) is larger than 1 GiB, the most PostgreSQL takes")
        }
        offsets.append(start)
        lengths.append(length)
        formats.append(format == .binary ? Self.binaryFormat : Self.textFormat)
        // libpq reads a text parameter up to its NUL; behind a binary one the extra byte keeps every offset in bounds.
        bytes.append(0)
    }
}
