/// What a program allows to be issued at once, in whole units (points, or minor units of value).
public struct IssuanceLimits: Sendable, Hashable {
    /// The least whole units of one issuance, at least 1.
    public let minimumUnits: Int64
    /// The most whole units of one issuance, or nil for no limit.
    public let maximumUnits: Int64?

    /// Makes limits.
    ///
    /// **Errors** ``IssuancePlanError/limitsContradict`` when the minimum is below 1 or above the maximum.
    public init(minimumUnits: Int64 = 1, maximumUnits: Int64? = nil) throws(IssuancePlanError) {
        guard minimumUnits >= 1, minimumUnits <= maximumUnits ?? Int64.max else { throw .limitsContradict }
        self.minimumUnits = minimumUnits
        self.maximumUnits = maximumUnits
    }
}
