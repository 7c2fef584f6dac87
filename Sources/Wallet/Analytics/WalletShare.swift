import PostgreSQL

/// A part of a whole in ten-thousandths, rounded down; 0 of nothing.
package struct WalletShare: Sendable, Hashable, CustomStringConvertible {
    /// From 0 to 10,000.
    package let tenThousandths: Int64

    /// The share of `part` in `total`.
    init(_ part: Int64, of total: Int64) {
        tenThousandths = total > 0 ? part * 10_000 / total : 0
    }

    /// A decimal such as `0.3333`; `0` and `1` without places.
    package var description: String {
        if tenThousandths % 10_000 == 0 { return String(tenThousandths / 10_000) }
        let digits = String(tenThousandths)
        return "0." + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
