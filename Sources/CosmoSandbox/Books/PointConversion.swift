import Foundation

/// Fiat to points, exactly: floor(value / price) in decimal arithmetic (contract section 5.2).
enum PointConversion {
    /// A positive price written as a decimal; nil for anything else.
    static func price(_ text: String) -> Decimal? {
        let allowed = text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        guard allowed, let price = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")), price > 0
        else { return nil }
        return price
    }

    /// The points a value buys from a program; nil when no price can be read or the result does not fit.
    ///
    /// The local price comes first, then the program's own, then the one in US dollars.
    static func points(value: Int64, program: SandboxProgram, switches: SandboxSwitches) -> Int64? {
        let prices = [program.pricePerPointInLocalCurrency, program.pricePerPoint, program.pricePerPointInUsd]
        guard let price = prices.lazy.compactMap(price).first else { return nil }
        var amount = Decimal(value)
        if switches.valueUnit == .minor {
            amount *= Decimal(sign: .plus, exponent: -decimals(of: program.localCurrency), significand: 1)
        }
        return floor(amount, over: price).flatMap { withCampaign($0, percent: switches.campaignPercent) }
    }

    /// Points with a campaign's percentage on top, rounded down.
    static func withCampaign(_ points: Int64, percent: Int) -> Int64? {
        guard percent > 0 else { return points }
        let (product, overflow) = points.multipliedReportingOverflow(by: Int64(percent))
        guard !overflow else { return nil }
        let (total, carried) = points.addingReportingOverflow(product / 100)
        return carried ? nil : total
    }

    /// Division may round in its last digit, so the quotient is checked by multiplication, which is exact.
    private static func floor(_ amount: Decimal, over price: Decimal) -> Int64? {
        var quotient = amount / price
        var whole = Decimal()
        NSDecimalRound(&whole, &quotient, 0, .down)
        while whole * price > amount { whole -= 1 }
        while (whole + 1) * price <= amount { whole += 1 }
        return Int64(whole.description)
    }

    private static func decimals(of currency: String) -> Int {
        switch currency {
        case "JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF", "PYG": 0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }
}
