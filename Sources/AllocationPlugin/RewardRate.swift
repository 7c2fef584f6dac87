public import Rewards

/// A rate of earning as programs write it: points for each major unit, or percent back as value.
///
/// **Guarantees** Exact until the one rounding down to a millionth; a larger amount never earns less.
public struct RewardRate: Sendable, Hashable {
    /// What a program earns.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Points for each major unit of currency.
        case points
        /// Percent of the amount, as value that the program converts itself.
        case value
    }

    /// The highest rate a configuration may name: with it a thousand million minor units still fit in any currency.
    public static let highest = ExactDecimal(significand: 5000, scale: 0)

    /// What it earns.
    public let mode: Mode
    /// The rate: points for each major unit, or percent.
    public let rate: ExactDecimal
    /// Millionths for each minor unit, for currencies with 0 to 4 minor digits.
    private let microPerMinor: [ExactRatio]

    /// Makes a rate from 0 to ``highest`` with at most six decimals.
    ///
    /// **Errors** ``ArithmeticOverflow`` beyond.
    public init(_ rate: ExactDecimal, mode: Mode) throws(ArithmeticOverflow) {
        guard !rate.isNegative, rate <= Self.highest, rate.scale <= 6 else { throw ArithmeticOverflow() }
        self.mode = mode
        self.rate = rate
        var ratios: [ExactRatio] = []
        for digits in 0...4 {
            switch mode {
            case .points: ratios.append(try .microPerMinor(pointsPerMajor: rate, minorDigits: digits))
            // One percent of a minor unit is 10,000 millionths of it, whatever the currency.
            case .value: ratios.append(try ExactRatio(rate, shift: 4))
            }
        }
        microPerMinor = ratios
    }

    /// Reads a rate from a configuration.
    public init(_ reader: ConfigurationReader, mode: Mode) throws(PluginConfigurationError) {
        let rate = try reader.decimal(in: .zero...Self.highest)
        do {
            try self.init(rate, mode: mode)
        } catch {
            throw reader.error("must have at most 6 decimals")
        }
    }

    /// Millionths for each minor unit of a currency.
    public func ratio(_ currency: CurrencyCode) -> ExactRatio { microPerMinor[currency.minorDigits] }

    /// What an amount earns, in millionths.
    public func micro(_ amountMinor: Int64, _ currency: CurrencyCode) throws(AllocationError) -> Int64 {
        do {
            return try ratio(currency).floor(of: amountMinor)
        } catch {
            throw .overflow
        }
    }

    /// What an amount earns.
    public func earning(_ amountMinor: Int64, _ currency: CurrencyCode) throws(AllocationError) -> Earning {
        mode.earning(micro: try micro(amountMinor, currency))
    }
}

extension RewardRate.Mode {
    /// Millionths as an earning of this mode.
    public func earning(micro: Int64) -> Earning {
        switch self {
        case .points: .points(MicroPoints(micro))
        case .value: .value(microMinor: micro)
        }
    }
}
