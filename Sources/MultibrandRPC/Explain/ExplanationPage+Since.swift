import Rewards

extension ExplanationPage {
    /// What refunds took, step by step.
    var refunds: Section {
        let amount = story.decision.input.amount.minorUnits
        var lines = ["Nothing was ever refunded."]
        if !story.movements.isEmpty {
            lines = ["\(text.bare(story.refundedMinor)) of \(text.money(amount)) is refunded now."]
            lines += story.movements.flatMap { self.lines(of: $0) }
        }
        return Section(
            title: "Refunds", lines: lines,
            facts: [
                "refundedMinor": .count(story.refundedMinor),
                "movements": .array(story.movements.map { facts(of: $0) }),
            ])
    }

    private func lines(of movement: SpendStory.Movement) -> [String] {
        let words =
            switch movement.cause {
            case "refund": "refund"
            case "undo": "undo of refund"
            case "reattribution": "reattributing refund"
            default: movement.cause
            }
        let verb = movement.amountMinor < 0 ? "gave back" : "took"
        let time = ExplanationText.time(movement.recordedAt)
        var lines =
            movement.cause == "release"
            ? [
                "\(time): what refund \(movement.refundID) had taken of the held part, "
                    + "\(text.money(magnitude(movement.releasedMinor))), was taken from its release instead."
            ] : ["\(time): \(words) \(movement.refundID) \(verb) \(text.money(magnitude(movement.amountMinor)))."]
        var excludedOfRelease = movement.releasedMinor
        for clawback in movement.clawbacks {
            lines.append(
                "  \(clawback.programID)\(clawback.isOfRelease ? ", of the release" : ""): "
                    + "\(text.bare(magnitude(clawback.amountMinor))) and "
                    + "\(text.quantity(magnitude(clawback.micro), isPoints: clawback.isPoints)).")
            if clawback.isOfRelease { excludedOfRelease -= clawback.amountMinor }
        }
        if excludedOfRelease != 0 {
            lines.append("  excluded, of the release: \(text.bare(magnitude(excludedOfRelease))).")
        }
        if movement.excludedMinor != 0 { lines.append("  excluded: \(text.bare(magnitude(movement.excludedMinor))).") }
        if movement.heldMinor != 0, movement.cause != "release" {
            lines.append("  held: \(text.bare(magnitude(movement.heldMinor))).")
        }
        return lines
    }

    /// The positions that the spend earned into, as they are now (I-2).
    var standings: Section {
        var lines = story.standings.flatMap { standing -> [String] in
            let position = standing.position
            func words(_ micro: Int64) -> String { text.quantity(micro, isPoints: standing.isPoints) }
            var parts = ["\(words(position.earnedMicro)) earned"]
            for (micro, name) in [
                (position.clawedBackMicro, "clawed back"), (position.writtenOffMicro, "written off"),
                (position.issuedMicro, "issued"), (position.inFlightMicro, "in flight"),
                (position.unknownMicro, "unknown"), (position.pendingMicro, "pending"), (position.debtMicro, "owed"),
            ] where micro > 0 {
                parts.append("\(words(micro)) \(name)")
            }
            var lines = ["\(standing.programID): \(parts.joined(separator: ", "))."]
            if position.debtMicro > 0 { lines.append("  Nothing is sent while it owes; later earnings net it.") }
            lines += story.takenBack.filter { ExactText($0.programID) == ExactText(standing.programID) }.map {
                "  \(ExplanationText.time($0.recordedAt)): \(words($0.micro)) taken back out of the wallet "
                    + "(row \($0.walletTransactionID) of its ledger)."
            }
            if let reason = standing.blockedReason { lines.append("  Nothing more is planned: \(reason).") }
            return lines
        }
        if lines.isEmpty { lines = ["No program has a position with this card."] }
        return Section(
            title: "Positions", lines: lines,
            facts: .array(story.standings.map { facts(of: $0) }))
    }

    /// What was asked of Cosmo, or paid into the wallet, since.
    var issues: Section {
        var lines = story.issues.flatMap { issue -> [String] in
            if let row = issue.walletTransactionID {
                return [
                    "\(issue.referenceNumber), \(issue.programID): "
                        + "\(text.quantity(issue.quantityMicro, isPoints: issue.isPoints)), \(issue.status).",
                    "  Paid into the wallet \(ExplanationText.time(issue.createdAt)), row \(row) of its ledger.",
                ]
            }
            let sent = issue.lastSentAt.map { ", sent \(ExplanationText.time($0))" } ?? ", not sent"
            var lines = [
                "\(issue.referenceNumber), \(issue.programID): "
                    + "\(text.quantity(issue.quantityMicro, isPoints: issue.isPoints)), \(issue.status)"
                    + (issue.reason.map { " (\($0))" } ?? "") + ".",
                "  \(issue.isAdopted ? "Only Cosmo knew it; adopted" : "Planned") \(ExplanationText.time(issue.createdAt))\(sent)"
                    + (issue.transactionID.map { ", Cosmo's id \($0)." } ?? "."),
            ]
            if let settledAt = issue.settledAt {
                let by = issue.settledBy ?? "nobody known"
                let delivery = issue.delivery.map {
                    ", delivery \($0.inboxID) of \(ExplanationText.time($0.receivedAt))"
                }
                lines.append("  Settled \(ExplanationText.time(settledAt)) by \(by)\(delivery ?? "").")
            }
            return lines
        }
        if lines.isEmpty { lines = ["None was planned since."] }
        if story.isCut { lines.append("There is more than is shown here: see the lists of refunds and issues.") }
        return Section(
            title: "Issues", lines: lines,
            facts: .array(story.issues.map { facts(of: $0) }))
    }

    private func magnitude(_ value: Int64) -> Int64 { Int64(clamping: value.magnitude) }

    private func facts(of movement: SpendStory.Movement) -> JSONValue {
        [
            "refundId": .string(movement.refundID), "cause": .string(movement.cause),
            "amountMinor": .count(movement.amountMinor), "refundedAfterMinor": .count(movement.refundedAfterMinor),
            "excludedMinor": .count(movement.excludedMinor), "heldMinor": .count(movement.heldMinor),
            "releasedMinor": .count(movement.releasedMinor), "recordedAt": .time(movement.recordedAt),
            "clawbacks": .array(
                movement.clawbacks.map {
                    [
                        "programId": .string($0.programID), "unit": .string($0.isPoints ? "points" : "value"),
                        "amountMinor": .count($0.amountMinor), "micro": .count($0.micro),
                        "ofRelease": .bool($0.isOfRelease),
                    ]
                }),
        ]
    }

    private func facts(of standing: SpendStory.Standing) -> JSONValue {
        let position = standing.position
        return [
            "programId": .string(standing.programID), "unit": .string(standing.isPoints ? "points" : "value"),
            "earnedMicro": .count(position.earnedMicro), "clawedBackMicro": .count(position.clawedBackMicro),
            "writtenOffMicro": .count(position.writtenOffMicro), "issuedMicro": .count(position.issuedMicro),
            "inFlightMicro": .count(position.inFlightMicro), "unknownMicro": .count(position.unknownMicro),
            "pendingMicro": .count(position.pendingMicro), "debtMicro": .count(position.debtMicro),
            "blockedReason": .text(standing.blockedReason),
            "takenBack": .array(
                story.takenBack.filter { ExactText($0.programID) == ExactText(standing.programID) }.map {
                    [
                        "micro": .count($0.micro), "walletTransactionId": .string($0.walletTransactionID),
                        "recordedAt": .time($0.recordedAt),
                    ]
                }),
        ]
    }

    private func facts(of issue: SpendStory.Issue) -> JSONValue {
        [
            "referenceNumber": .string(issue.referenceNumber), "programId": .string(issue.programID),
            "unit": .string(issue.isPoints ? "points" : "value"), "quantityMicro": .count(issue.quantityMicro),
            "status": .string(issue.status), "reason": .text(issue.reason),
            "cosmoTransactionId": .text(issue.transactionID), "settledBy": .text(issue.settledBy),
            "walletTransactionId": .text(issue.walletTransactionID), "adopted": .bool(issue.isAdopted),
            "createdAt": .time(issue.createdAt), "lastSentAt": .time(issue.lastSentAt),
            "settledAt": .time(issue.settledAt),
            "delivery": issue.delivery.map { facts(of: $0) } ?? .null,
        ]
    }

    private func facts(of delivery: SpendStory.Delivery) -> JSONValue {
        ["inboxId": .count(delivery.inboxID), "receivedAt": .time(delivery.receivedAt)]
    }
}
