import Rewards

extension ExplanationPage {
    /// What is held, and what became of it; no section for a spend that held nothing.
    var heldMoney: [Section] {
        guard story.decision.heldMinor > 0 else { return [] }
        guard let release = story.release else {
            return [Section(title: "Held", lines: waitingLines, facts: heldFacts)]
        }
        return [Section(title: "Held", lines: lines(of: release), facts: heldFacts)]
    }

    private var waitingLines: [String] {
        let number = story.decision.preferenceVersion
        return [
            "\(text.money(story.heldNowMinor)) is held now.",
            "The first version of the preference after version \(number) that has links decides it, or an operator.",
        ]
    }

    private func lines(of release: SpendStory.Release) -> [String] {
        let time = ExplanationText.time(release.recordedAt)
        let amount = text.money(release.amountMinor)
        if release.isExpired { return ["\(time): \(amount) had been held too long and earns nothing, for good."] }
        let why = release.cause == "operator" ? "an operator asked for it" : "the card has links"
        let version = "version \(release.preferenceVersion) of the preference"
        var lines = [
            "\(time): \(amount) was decided under \(version), since \(why).",
            "Weights \(release.weights). The card's running total under them was \(text.money(release.totalBefore)).",
        ]
        for leg in release.legs {
            let reason = leg.reason.map { ", \($0)" } ?? ""
            let earned =
                leg.isParked
                ? "parked\(reason)"
                : "earned \(text.quantity(leg.earnedMicro, isPoints: leg.isPoints)) by configuration "
                    + "\(leg.configurationVersion)\(reason)"
            lines.append("\(leg.programID): \(text.money(leg.amountMinor)), \(earned).")
        }
        if release.excludedMinor > 0 {
            lines.append("\(text.money(release.excludedMinor)) earns nothing, for good: every program refused it.")
        }
        return lines
    }

    private var heldFacts: JSONValue {
        var facts: [JSONObject.Member] = [
            .init("heldMinor", .count(story.decision.heldMinor)), .init("heldNowMinor", .count(story.heldNowMinor)),
        ]
        if let release = story.release {
            facts += [
                .init("outcome", .string(release.isExpired ? "expired" : "released")),
                .init("cause", .string(release.cause)), .init("amountMinor", .count(release.amountMinor)),
                .init("excludedMinor", .count(release.excludedMinor)),
                .init("preferenceVersion", .count(release.preferenceVersion)),
                .init("weights", .string(release.weights)), .init("runningTotalBefore", .count(release.totalBefore)),
                .init("releasedAt", .time(release.recordedAt)),
                .init(
                    "programs",
                    .array(
                        release.legs.map { leg in
                            [
                                "programId": .string(leg.programID), "amountMinor": .count(leg.amountMinor),
                                "earnedMicro": .count(leg.earnedMicro),
                                "unit": .string(leg.isPoints ? "points" : "value"),
                                "status": .string(leg.isParked ? "PARKED" : "EARNED"), "reason": .text(leg.reason),
                                "configurationVersion": .count(Int64(leg.configurationVersion)),
                            ]
                        })),
            ]
        }
        return JSONObject(facts).map(JSONValue.object) ?? .null
    }
}
