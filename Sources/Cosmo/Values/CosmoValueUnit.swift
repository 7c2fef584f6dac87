/// What one unit of Cosmo's integer `value` is worth, a fact no public page states (contract section 5.2, unknown 1).
package enum CosmoValueUnit: String, Sendable, Hashable, CaseIterable {
    /// `25` means twenty-five whole currency units: the documented default of the contract.
    case major
    /// `25` means twenty-five minor units (cents).
    case minor

    /// How many minor units one unit of `value` is, for a currency with `exponent` decimals.
    ///
    /// **Errors**: nil when the power does not fit `Int64` or the exponent is negative.
    package func minorUnitsPerUnit(exponent: Int) -> Int64? {
        guard exponent >= 0 else { return nil }
        guard self == .major else { return 1 }
        var product: Int64 = 1
        for _ in 0..<exponent {
            let (next, overflow) = product.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }
}
