package import FoundationEssentials

extension PostgresTimestamp {
    /// A timestamp from a Foundation date, to the nearest microsecond.
    package init(_ date: Date) {
        let micros = (date.timeIntervalSince1970 * 1_000_000).rounded()
        self =
            Int64(exactly: micros).map(PostgresTimestamp.init(microsecondsSinceEpoch:))
            ?? (micros < 0 ? .negativeInfinity : .infinity)
    }

    /// The Foundation date; the infinities become `distantPast` and `distantFuture`.
    package var date: Date {
        if self == .infinity { return .distantFuture }
        if self == .negativeInfinity { return .distantPast }
        return Date(timeIntervalSince1970: Double(microsecondsSinceEpoch) / 1_000_000)
    }
}
