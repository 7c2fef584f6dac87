public import Rewards

/// One program's share of a recorded spend, as callers see it.
public struct RecordedLeg: Sendable, Hashable {
    /// The program.
    public var programID: String
    /// What is in this leg, in minor units of the spend's currency.
    public var amountMinor: Int64
    /// What the earning is counted in.
    public var unit: RewardUnit
    /// What was earned, in millionths of the unit; zero while parked.
    public var earnedMicro: Int64
    /// Whether the plugin has answered.
    public var status: Leg.Status
    /// Why a part was refused, unearned or parked; nil when nothing was.
    public var reason: String?
    /// What the apportionment gave this program before refusals moved any of it, in minor units.
    public var shareMinor: Int64
    /// The program's configuration that decided; 0 when it has none.
    public var configurationVersion: Int32

    init(_ leg: Leg, shareMinor: Int64) {
        programID = leg.programID
        amountMinor = leg.amountMinor
        unit = leg.earning.map(RewardUnit.init) ?? .points
        earnedMicro = leg.earnedMicro
        status = leg.status
        reason = leg.faultReason ?? Self.reason(for: leg.adjustments)
        self.shareMinor = shareMinor
        configurationVersion = leg.plugin.map { Int32(clamping: $0.configurationVersion) } ?? 0
    }

    /// A rule that only chose a rate took nothing away, so it is no reason.
    static func reason(for adjustments: [Adjustment]) -> String? {
        adjustments.first { $0.effect != .rated }?.reason
    }
}
