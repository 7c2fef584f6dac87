import MultibrandAPI

extension ExplanationPage {
    /// What refunds took, step by step.
    var refunds: Section {
        let amount = story.purchase.spend.amount.minorUnits
        var lines = ["Nothing was ever refunded."]
        if !story.refunds.movements.isEmpty {
            lines = ["\(text.bare(story.refunds.refundedMinor)) of \(text.money(amount)) is refunded now."]
            lines += story.refunds.movements.flatMap { self.lines(of: $0) }
        }
        return Section(
            title: "Refunds", lines: lines)
    }

    private func lines(of movement: Multibrand_V1_ExplainedMovement) -> [String] {
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
                "  \(clawback.programID)\(clawback.ofRelease ? ", of the release" : ""): "
                    + "\(text.bare(magnitude(clawback.amountMinor))) and "
                    + "\(text.quantity(magnitude(clawback.micro), isPoints: clawback.unit == .points)).")
            if clawback.ofRelease { excludedOfRelease -= clawback.amountMinor }
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
        var lines = story.positions.map(\.position).flatMap { position -> [String] in
            func words(_ micro: Int64) -> String { text.quantity(micro, isPoints: position.unit == .points) }
            var parts = ["\(words(position.earnedMicro)) earned"]
            for (micro, name) in [
                (position.clawedBackMicro, "clawed back"), (position.writtenOffMicro, "written off"),
                (position.issuedMicro, "issued"), (position.inFlightMicro, "in flight"),
                (position.unknownMicro, "unknown"), (position.pendingMicro, "pending"), (position.debtMicro, "owed"),
            ] where micro > 0 {
                parts.append("\(words(micro)) \(name)")
            }
            var lines = ["\(position.programID): \(parts.joined(separator: ", "))."]
            if position.debtMicro > 0 { lines.append("  Nothing is sent while it owes; later earnings pay it.") }
            lines += position.takenBack.map {
                "  \(ExplanationText.time($0.recordedAt)): \(words($0.micro)) taken back from the wallet "
                    + "(row \($0.walletTransactionID) of its ledger)."
            }
            if !position.blockedReason.isEmpty { lines.append("  Nothing more is planned: \(position.blockedReason).") }
            return lines
        }
        if lines.isEmpty {
            lines = ["No program has a position with this card."]
        } else {
            lines.insert("Totals of the card with each program, over all of the card's spends:", at: 0)
        }
        return Section(
            title: "Positions", lines: lines)
    }

    /// What was asked of Cosmo, or paid into the wallet, since.
    var issuances: Section {
        var lines = story.issuances.flatMap { issuance -> [String] in
            let status = issuance.status.word
            if !issuance.walletTransactionID.isEmpty {
                return [
                    "\(issuance.referenceNumber), \(issuance.programID): "
                        + "\(text.quantity(issuance.quantityMicro, isPoints: issuance.unit == .points)), \(status).",
                    "  Paid into the wallet \(ExplanationText.time(issuance.createdAt)), "
                        + "row \(issuance.walletTransactionID) of its ledger.",
                ]
            }
            let sent = issuance.hasLastSentAt ? ", sent \(ExplanationText.time(issuance.lastSentAt))" : ", not sent"
            var lines = [
                "\(issuance.referenceNumber), \(issuance.programID): "
                    + "\(text.quantity(issuance.quantityMicro, isPoints: issuance.unit == .points)), \(status)"
                    + (issuance.reason.isEmpty ? "" : " (\(issuance.reason))") + ".",
                "  \(issuance.adopted ? "Only Cosmo had it; adopted" : "Planned") "
                    + "\(ExplanationText.time(issuance.createdAt))\(sent)"
                    + (issuance.cosmoTransactionID.isEmpty ? "." : ", Cosmo's id \(issuance.cosmoTransactionID)."),
            ]
            if issuance.hasSettledAt {
                let by = issuance.settledBy.isEmpty ? "an unknown source" : issuance.settledBy
                let delivery =
                    issuance.hasDelivery
                    ? ", delivery \(issuance.delivery.inboxID) of \(ExplanationText.time(issuance.delivery.receivedAt))"
                    : ""
                lines.append("  Settled \(ExplanationText.time(issuance.settledAt)) by \(by)\(delivery).")
            }
            return lines
        }
        if lines.isEmpty {
            lines = ["No issuance has been planned since."]
        } else {
            lines.insert("Planned after this spend; one issuance can cover several spends:", at: 0)
        }
        if story.cut { lines.append("There is more than is shown here: see the lists of refunds and issuances.") }
        return Section(
            title: "Issuances", lines: lines)
    }

    private func magnitude(_ value: Int64) -> Int64 { Int64(clamping: value.magnitude) }
}
