package import Foundation

/// An inclusive range a partnership allows per transaction.
///
/// No minimum is zero; no maximum is nil. Cosmo writes both as `0` or leaves them out (contract section 4.2, unknown
/// 12).
package struct CosmoLimits: Sendable, Hashable {
    /// The least amount accepted.
    package var minimum: Decimal
    /// The most accepted, nil when there is none.
    package var maximum: Decimal?

    /// Makes a range from Cosmo's pair, reading a maximum of zero as "no maximum".
    package init(minimum: Decimal?, maximum: Decimal?) {
        self.minimum = max(minimum ?? 0, 0)
        self.maximum = maximum.flatMap { $0 > 0 ? $0 : nil }
    }

    /// No limit either way.
    package static let none = CosmoLimits(minimum: nil, maximum: nil)

    /// The least whole amount accepted: `minimum` rounded up.
    package var minimumWhole: Int64 { DecimalText.whole(minimum, .up) ?? .max }
    /// The most whole amount accepted: `maximum` rounded down, nil when there is none.
    package var maximumWhole: Int64? { maximum.map { DecimalText.whole($0, .down) ?? .max } }

    /// Whether an amount lies within, both ends included.
    package func contains(_ amount: Decimal) -> Bool {
        guard let maximum else { return amount >= minimum }
        return amount >= minimum && amount <= maximum
    }
}
