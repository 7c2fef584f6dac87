import PostgreSQL
import Rewards

/// The least and the most of one issuance to a program; nil for no limit.
package struct IssuanceLimits: Sendable, Hashable {
    /// The least points.
    package let minimumPoints: Int64?
    /// The most points.
    package let maximumPoints: Int64?
    /// The least value, in Cosmo's unit of value.
    package let minimumValue: Int64?
    /// The most value, in Cosmo's unit of value.
    package let maximumValue: Int64?

    /// Makes limits; zero and less mean no limit, as the partnerships write it.
    package init(
        minimumPoints: Int64? = nil, maximumPoints: Int64? = nil, minimumValue: Int64? = nil, maximumValue: Int64? = nil
    ) {
        self.minimumPoints = Self.limit(minimumPoints)
        self.maximumPoints = Self.limit(maximumPoints)
        self.minimumValue = Self.limit(minimumValue)
        self.maximumValue = Self.limit(maximumValue)
    }

    private static func limit(_ amount: Int64?) -> Int64? { amount.flatMap { $0 > 0 ? $0 : nil } }
}
