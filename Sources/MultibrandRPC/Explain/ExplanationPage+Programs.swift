import Rewards

extension ExplanationPage {
    /// Each plugin's arithmetic and reasons.
    var programs: Section {
        let legs = story.decision.legs
        return Section(
            title: "Programs", lines: legs.isEmpty ? ["No program was asked."] : legs.flatMap { lines(of: $0) },
            facts: .array(legs.map { facts(of: $0) }))
    }

    private func lines(of leg: Leg) -> [String] {
        let name = story.names[leg.programID].flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
        let plugin =
            leg.plugin.map { "\($0.plugin), configuration \($0.configurationVersion)" } ?? "no plugin"
        return ["\(leg.programID)\(name): \(plugin)."] + offerLines(leg) + outcomeLines(leg) + adjustmentLines(leg)
            + configurationLines(leg)
    }

    private func offerLines(_ leg: Leg) -> [String] {
        let certificate = story.decision.certificate
        let index = certificate.weights.index(of: leg.programID)
        let first = index.map { certificate.offeredMinor(toProgramAt: $0) } ?? 0
        let fixed = index.map { certificate.fixedMinor(ofProgramAt: $0) } ?? 0
        let own = fixed > 0 ? "its fixed part and its share" : "its share"
        var lines: [String] = []
        if index == nil {
            lines.append(
                "  The house's own program, outside the weights: asked about \(text.money(leg.offeredMinor)), which no "
                    + "linked program took.")
        } else if leg.offeredMinor > first {
            lines.append(
                "  Asked about \(text.money(leg.offeredMinor)): \(own), and \(text.bare(leg.offeredMinor - first)) that "
                    + "others refused.")
        } else if fixed > 0 {
            lines.append("  Asked about \(text.money(leg.offeredMinor)): \(own).")
        }
        if let totals = leg.periodTotals {
            lines.append(
                "  In its period before: \(text.money(totals.acceptedMinor)) taken, "
                    + "\(text.quantity(totals.earnedMicro, isPoints: leg.earning?.unit != .value)) earned.")
        }
        return lines
    }

    private func outcomeLines(_ leg: Leg) -> [String] {
        guard let earning = leg.earning else {
            var lines = [
                "  Parked, \(leg.faultReason ?? "no reason given"): \(text.money(leg.amountMinor)) stays with it and earned "
                    + "nothing when the spend was recorded."
            ]
            if let settled = story.settled[leg.programID] {
                lines.append(
                    "  Settled since by configuration \(settled.configurationVersion): earned "
                        + "\(text.quantity(settled.earnedMicro, isPoints: settled.isPoints))"
                        + (settled.reason.map { " (\($0))." } ?? "."))
            }
            return lines
        }
        let earned = text.quantity(earning.micro, isPoints: earning.unit == .points)
        guard leg.amountMinor > 0 else { return ["  Took nothing of \(text.money(leg.offeredMinor))."] }
        let rate = text.rate(earning.micro, on: leg.amountMinor, isPoints: earning.unit == .points)
        return [
            "  Took \(text.bare(leg.amountMinor)) of \(text.money(leg.offeredMinor)) and earned \(earned): \(rate)."
        ]
    }

    private func adjustmentLines(_ leg: Leg) -> [String] {
        leg.adjustments.map { adjustment in
            let amount = text.money(adjustment.amountMinor)
            let isHouse = story.decision.certificate.weights.index(of: leg.programID) == nil
            let fate = isHouse ? "excluded" : "offered to the other programs"
            return switch adjustment.effect {
            case .refused: "  \(adjustment.reason): \(amount) refused and \(fate)."
            case .unearned: "  \(adjustment.reason): \(amount) taken without earning."
            case .rated: "  \(adjustment.reason): \(amount) earned at this rule's rate."
            }
        }
    }

    private func configurationLines(_ leg: Leg) -> [String] {
        guard let configuration = story.configurations[leg.programID] else { return [] }
        return [
            "  Configuration \(configuration.json), set by \(configuration.setBy) "
                + "\(ExplanationText.time(configuration.setAt))."
        ]
    }

    private func facts(of leg: Leg) -> JSONValue {
        var facts: [JSONObject.Member] = [
            .init("programId", .string(leg.programID)), .init("status", .string(leg.status.rawValue)),
            .init("offeredMinor", .count(leg.offeredMinor)), .init("amountMinor", .count(leg.amountMinor)),
            .init("earnedMicro", .count(leg.earnedMicro)),
            .init("unit", .text(leg.earning?.unit.rawValue)),
            .init("faultReason", .text(leg.faultReason)), .init("plugin", .text(leg.plugin?.plugin)),
            .init("pluginDigest", .text(leg.plugin?.digest)),
            .init("configurationVersion", leg.plugin.map { JSONValue.count($0.configurationVersion) } ?? .null),
            .init(
                "adjustments",
                .array(
                    leg.adjustments.map {
                        [
                            "effect": .string($0.effect.rawValue), "reason": .string($0.reason),
                            "amountMinor": .count($0.amountMinor),
                        ]
                    })),
        ]
        if let totals = leg.periodTotals {
            facts.append(
                .init(
                    "periodBefore",
                    ["acceptedMinor": .count(totals.acceptedMinor), "earnedMicro": .count(totals.earnedMicro)]))
        }
        if let settled = story.settled[leg.programID] {
            facts.append(
                .init(
                    "settled",
                    [
                        "earnedMicro": .count(settled.earnedMicro),
                        "unit": .string(settled.isPoints ? "points" : "value"),
                        "configurationVersion": .count(Int64(settled.configurationVersion)),
                    ]))
        }
        return JSONObject(facts).map(JSONValue.object) ?? .null
    }
}
