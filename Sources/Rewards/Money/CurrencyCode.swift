/// An active ISO 4217 alphabetic code together with the number of digits of its minor unit.
///
/// **Guarantees** A value of this type is always a code of the table, so its exponent is known.
/// **Cost** Five bytes, no allocation; a look-up is one array access.
public struct CurrencyCode: Sendable, Hashable {
    private let first: UInt8
    private let second: UInt8
    private let third: UInt8
    private let exponent: UInt8

    /// The digits of the minor unit: 0 (yen), 2 (euro), 3 (dinar) or 4.
    public var minorDigits: Int { Int(exponent) }

    /// The number of minor units in one major unit: 1, 100, 1,000 or 10,000.
    public var minorPerMajor: Int64 {
        switch exponent {
        case 0: 1
        case 2: 100
        case 3: 1000
        default: 10000
        }
    }

    /// The three upper-case letters.
    public var text: String {
        String(unsafeUninitializedCapacity: 3) { buffer in
            // SAFETY: the closure is given room for the three bytes it was asked for, and all three are ASCII.
            buffer[0] = first
            buffer[1] = second
            buffer[2] = third
            return 3
        }
    }

    /// Takes a code as written on the wire: three upper-case letters of an active currency.
    ///
    /// **Errors** ``UnknownCurrency`` for anything else, lower case and codes without a minor unit (`XAU`, `XXX`)
    /// included.
    public init(_ text: some StringProtocol) throws(UnknownCurrency) {
        var bytes = text.utf8.makeIterator()
        guard let first = bytes.next(), let second = bytes.next(), let third = bytes.next(), bytes.next() == nil,
            let exponent = Self.exponent(first, second, third)
        else { throw UnknownCurrency() }
        self.first = first
        self.second = second
        self.third = third
        self.exponent = exponent
    }
}

extension CurrencyCode: CustomStringConvertible {
    /// The three letters.
    public var description: String { text }
}
