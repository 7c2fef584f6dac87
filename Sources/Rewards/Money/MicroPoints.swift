/// Points of a loyalty program in millionths, so that fractions are carried and never rounded away (I-2).
public struct MicroPoints: Sendable, Hashable, Comparable {
    /// The number of micro-points in one point.
    public static let perPoint: Int64 = 1_000_000
    /// No points.
    public static let zero = MicroPoints(0)

    /// The amount in millionths of a point.
    public let micro: Int64

    /// Makes an amount from millionths of a point.
    public init(_ micro: Int64) {
        self.micro = micro
    }

    /// The sum of two amounts.
    public func adding(_ other: MicroPoints) throws(ArithmeticOverflow) -> MicroPoints {
        let (sum, overflow) = micro.addingReportingOverflow(other.micro)
        guard !overflow else { throw ArithmeticOverflow() }
        return MicroPoints(sum)
    }

    /// The difference of two amounts.
    public func subtracting(_ other: MicroPoints) throws(ArithmeticOverflow) -> MicroPoints {
        let (difference, overflow) = micro.subtractingReportingOverflow(other.micro)
        guard !overflow else { throw ArithmeticOverflow() }
        return MicroPoints(difference)
    }

    /// Orders amounts by size.
    public static func < (lhs: MicroPoints, rhs: MicroPoints) -> Bool { lhs.micro < rhs.micro }
}

extension MicroPoints: CustomStringConvertible {
    /// The amount in points, without trailing zeros: `12.5`.
    public var description: String { ExactDecimal(significand: micro, scale: 6).description }
}
