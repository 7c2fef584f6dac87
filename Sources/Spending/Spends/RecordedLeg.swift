package import Rewards

/// One program's share of a recorded spend, as callers see it.
package struct RecordedLeg: Sendable, Hashable {
    /// The program.
    package var programID: String
    /// What is in this leg, in minor units of the spend's currency.
    package var amountMinor: Int64
    /// What the earning is counted in.
    package var unit: RewardUnit
    /// What was earned, in millionths of the unit; zero while parked.
    package var earnedMicro: Int64
    /// Whether the plugin has answered.
    package var status: Leg.Status
    /// Why a part was refused, unearned or parked; nil when nothing was.
    package var reason: String?
    /// What the apportionment gave this program before refusals moved any of it, in minor units; for the
    /// issuer's own program, which has no share, what the linked ones left.
    package var shareMinor: Int64
    /// What the program's plugin had carved out for it before the rest was apportioned, in minor units; beside the
    /// share.
    package var fixedMinor: Int64
    /// Whether it is the leg of the issuer's own program, outside the weights, which was offered what no linked program
    /// took.
    package var isOwnProgram: Bool
    /// The program's configuration that decided; 0 when it has none.
    package var configurationVersion: Int32

    init(_ leg: Leg, shareMinor: Int64, fixedMinor: Int64, isOwnProgram: Bool = false) {
        programID = leg.programID
        amountMinor = leg.amountMinor
        unit = leg.earning?.unit ?? .points
        earnedMicro = leg.earnedMicro
        status = leg.status
        reason = leg.faultReason ?? Self.reason(for: leg.adjustments)
        self.shareMinor = shareMinor
        self.fixedMinor = fixedMinor
        self.isOwnProgram = isOwnProgram
        configurationVersion = leg.plugin.map { Int32(clamping: $0.configurationVersion) } ?? 0
    }

    /// The legs of a decision, as it made them.
    static func all(of decision: Decision) -> [RecordedLeg] {
        let certificate = decision.certificate
        return decision.legs.map { leg in
            guard let index = certificate.weights.index(of: leg.programID) else {
                // The issuer's own program has no share: it was offered what the linked ones left.
                return RecordedLeg(leg, shareMinor: leg.offeredMinor, fixedMinor: 0, isOwnProgram: true)
            }
            return RecordedLeg(
                leg, shareMinor: certificate.shares[index], fixedMinor: certificate.fixedMinor(ofProgramAt: index))
        }
    }

    /// A rule that only chose a rate took nothing away, so it is no reason.
    static func reason(for adjustments: [Adjustment]) -> String? {
        adjustments.first { $0.effect != .rated }?.reason
    }
}
