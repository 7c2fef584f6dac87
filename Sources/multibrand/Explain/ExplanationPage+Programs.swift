import MultibrandAPI

extension ExplanationPage {
    /// Each plugin's arithmetic and reasons.
    var programs: Section {
        let legs = story.legs
        return Section(
            title: "Programs", lines: legs.isEmpty ? ["No program was asked."] : legs.flatMap { lines(of: $0) })
    }

    private func lines(of leg: Multibrand_V1_ExplainedLeg) -> [String] {
        let name = leg.programName.isEmpty ? "" : " (\(leg.programName))"
        let plugin =
            leg.hasConfiguration
            ? "\(leg.configuration.plugin), configuration \(leg.configuration.configurationVersion)" : "no plugin"
        return ["\(leg.programID)\(name): \(plugin)."] + offerLines(leg) + outcomeLines(leg) + adjustmentLines(leg)
            + configurationLines(leg)
    }

    private func offerLines(_ leg: Multibrand_V1_ExplainedLeg) -> [String] {
        let first = leg.firstOfferedMinor
        let fixed =
            leg.ownProgram
            ? 0 : story.split.shares.first { $0.programID.utf8.elementsEqual(leg.programID.utf8) }?.fixedMinor ?? 0
        let own = fixed > 0 ? "its fixed part and its share" : "its share"
        var lines: [String] = []
        if leg.ownProgram {
            lines.append(
                "  The issuer's own program, outside the weights: asked about \(text.money(leg.offeredMinor)), which "
                    + "no "
                    + "linked program took.")
        } else if leg.offeredMinor > first {
            lines.append(
                "  Asked about \(text.money(leg.offeredMinor)): \(own), and \(text.bare(leg.offeredMinor - first)) "
                    + "that "
                    + "others refused.")
        } else if fixed > 0 {
            lines.append("  Asked about \(text.money(leg.offeredMinor)): \(own).")
        }
        if leg.hasPeriodBefore {
            let totals = leg.periodBefore
            lines.append(
                "  In its period before: \(text.money(totals.acceptedMinor)) taken, "
                    + "\(text.quantity(totals.earnedMicro, isPoints: leg.unit != .value)) earned.")
        }
        return lines
    }

    private func outcomeLines(_ leg: Multibrand_V1_ExplainedLeg) -> [String] {
        guard leg.status != .parked else {
            var lines = [
                "  Parked, \(leg.faultReason.isEmpty ? "no reason given" : leg.faultReason): "
                    + "\(text.money(leg.amountMinor)) stays with it and earned "
                    + "nothing when the spend was recorded."
            ]
            if leg.hasDecidedLate {
                let settled = leg.decidedLate
                lines.append(
                    "  Settled since by configuration \(settled.configurationVersion): earned "
                        + "\(text.quantity(settled.earnedMicro, isPoints: settled.unit == .points))"
                        + (settled.reason.isEmpty ? "." : " (\(settled.reason))."))
            }
            return lines
        }
        let earned = text.quantity(leg.earnedMicro, isPoints: leg.unit == .points)
        guard leg.amountMinor > 0 else { return ["  Took nothing of \(text.money(leg.offeredMinor))."] }
        let rate = text.rate(leg.earnedMicro, on: leg.amountMinor, isPoints: leg.unit == .points)
        return [
            "  Took \(text.bare(leg.amountMinor)) of \(text.money(leg.offeredMinor)) and earned \(earned): \(rate)."
        ]
    }

    private func adjustmentLines(_ leg: Multibrand_V1_ExplainedLeg) -> [String] {
        leg.adjustments.map { adjustment in
            let amount = text.money(adjustment.amountMinor)
            let fate = leg.ownProgram ? "excluded" : "offered to the other programs"
            return switch adjustment.effect {
            case .refused: "  \(adjustment.reason): \(amount) refused and \(fate)."
            case .unearned: "  \(adjustment.reason): \(amount) taken without earning."
            case .rated: "  \(adjustment.reason): \(amount) earned at this rule's rate."
            case .unspecified, .UNRECOGNIZED: "  \(adjustment.reason): \(amount)."
            }
        }
    }

    private func configurationLines(_ leg: Multibrand_V1_ExplainedLeg) -> [String] {
        let configuration = leg.configuration
        guard configuration.hasSetAt else { return [] }
        return [
            "  Configuration \(configuration.configurationJson), set by \(configuration.setBy) "
                + "\(ExplanationText.time(configuration.setAt))."
        ]
    }
}
