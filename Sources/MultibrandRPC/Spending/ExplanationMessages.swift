import Explanation
import Issuance
import MultibrandAPI
import PostgreSQL
import Rewards
import Spending
import SwiftProtobuf

extension Multibrand_V1_SpendExplanation {
    init(_ story: SpendStory) {
        self.init()
        let spendID = story.decision.input.spendID
        purchase = .with {
            $0.spend = .init(story.decision.input)
            $0.spend.authorizationID = story.authorization?.authorizationID ?? ""
            $0.cardAttributes = story.decision.input.purchase.cardAttributes
            $0.recordedAt = .init(story.recordedAt)
            $0.source = "spends/\(spendID)"
        }
        preference = .init(story)
        split = .init(story)
        legs = story.decision.legs.map { .init($0, story) }
        if story.decision.heldMinor > 0 {
            held = .with {
                $0.heldMinor = story.decision.heldMinor
                $0.heldNowMinor = story.heldNowMinor
                if let release = story.release { $0.release = .init(release, spendID: spendID) }
            }
        }
        refunds.refundedMinor = story.refundedMinor
        refunds.movements = story.movements.map { .init($0, spendID: spendID) }
        positions = story.standings.map { .init($0, story) }
        issuances = story.issuances.map { .init($0) }
        cut = story.isCut
        mayStillCome = story.expectations.map { .init($0, story) }
    }
}

extension Multibrand_V1_ExplainedPreference {
    fileprivate init(_ story: SpendStory) {
        self.init()
        version = story.decision.preferenceVersion
        attribution = .init(story.attribution)
        versionInForce = story.versionInForce
        if let pinned = story.authorization {
            authorization = .with {
                $0.authorizationID = pinned.authorizationID
                $0.authorizedAt = .init(pinned.authorizedAt)
                $0.preferenceVersion = pinned.preferenceVersion
                if let reversed = pinned.reversedAt { $0.reversedAt = .init(reversed) }
                $0.source = "authorizations/\(pinned.authorizationID)"
            }
        }
        if let made = story.version {
            change = .with {
                $0.cause = made.cause
                $0.causeID = made.causeID
                $0.effectiveAt = .init(made.effectiveAt)
                $0.recordedAt = .init(made.recordedAt)
                $0.links = made.links.map { link in
                    .with {
                        $0.programID = link.programID
                        $0.parts = Int64(link.parts)
                        $0.maskedAccount = link.maskedAccount
                    }
                }
                $0.source = "preference_versions/\(story.decision.input.cardID)/\(made.version)"
            }
        }
    }
}

extension Multibrand_V1_ExplainedSplit {
    fileprivate init(_ story: SpendStory) {
        self.init()
        let decision = story.decision
        weights = decision.certificate.weights.canonicalText
        runningTotalBefore = decision.certificate.totalBefore
        runningTotalAfter = decision.certificate.totalAfter
        shares = story.shares.map { share in
            .with {
                $0.programID = share.programID
                $0.parts = Int64(share.parts)
                $0.beforeMinor = share.hadMinor
                $0.afterMinor = share.hasMinor
                $0.shareMinor = share.shareMinor
                $0.fixedMinor = share.fixedMinor
            }
        }
        excludedMinor = decision.excludedMinor
        heldMinor = decision.heldMinor
        remainderRule = decision.remainderRule?.rawValue ?? ""
        if let ownProgram = decision.ownProgramLeg {
            ownProgramID = ownProgram.programID
            ownProgramOfferedMinor = ownProgram.offeredMinor
        }
        source = "spends/\(decision.input.spendID), the certificate of its decision"
    }
}

extension Multibrand_V1_ExplainedLeg {
    fileprivate init(_ leg: Leg, _ story: SpendStory) {
        self.init()
        let certificate = story.decision.certificate
        let index = certificate.weights.index(of: leg.programID)
        programID = leg.programID
        programName = story.names[leg.programID] ?? ""
        status =
            switch leg.status {
            case .earned: .earned
            case .parked: .parked
            }
        ownProgram = index == nil
        firstOfferedMinor = index.map { certificate.offeredMinor(toProgramAt: $0) } ?? 0
        offeredMinor = leg.offeredMinor
        amountMinor = leg.amountMinor
        if let earning = leg.earning {
            earnedMicro = earning.micro
            unit = .init(earning.unit)
        }
        faultReason = leg.faultReason ?? ""
        adjustments = leg.adjustments.map { adjustment in
            .with {
                $0.effect =
                    switch adjustment.effect {
                    case .refused: .refused
                    case .unearned: .unearned
                    case .rated: .rated
                    }
                $0.reason = adjustment.reason
                $0.amountMinor = adjustment.amountMinor
            }
        }
        if let totals = leg.periodTotals {
            periodBefore = .with {
                $0.acceptedMinor = totals.acceptedMinor
                $0.earnedMicro = totals.earnedMicro
            }
        }
        if let plugin = leg.plugin {
            configuration = .init(plugin, story.configurations[leg.programID], programID: leg.programID)
        }
        let row = "legs/\(story.decision.input.cardID)/\(story.decision.input.spendID)/\(leg.programID)"
        if let late = story.settled[leg.programID] {
            decidedLate = .with {
                $0.earnedMicro = late.earnedMicro
                $0.unit = .init(late.unit)
                $0.configurationVersion = late.configurationVersion
                $0.reason = late.reason ?? ""
                $0.source = row
            }
        }
        source = "spends/\(story.decision.input.spendID), its decision; \(row)"
    }
}

extension Multibrand_V1_ExplainedConfiguration {
    fileprivate init(_ identity: PluginIdentity, _ row: SpendStory.Configuration?, programID: String) {
        self.init()
        plugin = identity.plugin
        pluginDigest = identity.digest
        configurationVersion = identity.configurationVersion
        if let row {
            configurationJson = row.json
            setBy = row.setBy
            setAt = .init(row.setAt)
        }
        source = "program_configurations/\(programID)/\(identity.configurationVersion)"
    }
}

extension Multibrand_V1_ExplainedRelease {
    fileprivate init(_ release: SpendStory.Release, spendID: String) {
        self.init()
        outcome = .init(release.outcome)
        cause = .init(release.cause)
        amountMinor = release.amountMinor
        excludedMinor = release.excludedMinor
        preferenceVersion = release.preferenceVersion
        weights = release.weights
        runningTotalBefore = release.totalBefore
        releasedAt = .init(release.recordedAt)
        legs = release.legs.map { leg in
            .with {
                $0.programID = leg.programID
                $0.amountMinor = leg.amountMinor
                $0.earnedMicro = leg.earnedMicro
                $0.unit = .init(leg.unit)
                $0.status = leg.isParked ? .parked : .earned
                $0.reason = leg.reason ?? ""
                $0.configurationVersion = leg.configurationVersion
            }
        }
        source = "releases/\(spendID)"
    }
}

extension Multibrand_V1_ExplainedMovement {
    fileprivate init(_ movement: SpendStory.Movement, spendID: String) {
        self.init()
        refundID = movement.refundID
        cause = movement.cause
        amountMinor = movement.amountMinor
        refundedAfterMinor = movement.refundedAfterMinor
        excludedMinor = movement.excludedMinor
        heldMinor = movement.heldMinor
        releasedMinor = movement.releasedMinor
        recordedAt = .init(movement.recordedAt)
        clawbacks = movement.clawbacks.map { clawback in
            .with {
                $0.programID = clawback.programID
                $0.unit = .init(clawback.unit)
                $0.amountMinor = clawback.amountMinor
                $0.micro = clawback.micro
                $0.ofRelease = clawback.isOfRelease
            }
        }
        source = "refund_movements of \(spendID) for refunds/\(movement.refundID)"
    }
}

extension Multibrand_V1_ExplainedPosition {
    fileprivate init(_ standing: SpendStory.Standing, _ story: SpendStory) {
        self.init()
        let sums = standing.position
        position = .with {
            $0.cardID = story.decision.input.cardID
            $0.programID = standing.programID
            $0.unit = .init(standing.unit)
            $0.earnedMicro = sums.earnedMicro
            $0.clawedBackMicro = sums.clawedBackMicro
            $0.issuedMicro = sums.issuedMicro
            $0.inFlightMicro = sums.inFlightMicro
            $0.unknownMicro = sums.unknownMicro
            $0.pendingMicro = sums.pendingMicro
            $0.debtMicro = sums.debtMicro
            $0.writtenOffMicro = sums.writtenOffMicro
            $0.blockedReason = standing.blockedReason ?? ""
            guard standing.unit == .points else { return }
            $0.takenBack = story.takenBack.filter { ExactText($0.programID) == ExactText(standing.programID) }.map {
                row in
                .with {
                    $0.micro = row.micro
                    $0.walletTransactionID = row.walletTransactionID
                    $0.recordedAt = .init(row.recordedAt)
                }
            }
        }
        source = story.positionSource(standing.programID, unit: standing.unit)
    }
}

extension Multibrand_V1_ExplainedIssuance {
    fileprivate init(_ issuance: SpendStory.Issuance) {
        self.init()
        referenceNumber = issuance.referenceNumber
        programID = issuance.programID
        unit = .init(issuance.unit)
        quantityMicro = issuance.quantityMicro
        status = .init(issuance.status)
        reason = issuance.reason ?? ""
        cosmoTransactionID = issuance.transactionID ?? ""
        settledBy = issuance.settledBy ?? ""
        walletTransactionID = issuance.walletTransactionID ?? ""
        adopted = issuance.isAdopted
        createdAt = .init(issuance.createdAt)
        if let time = issuance.lastSentAt { lastSentAt = .init(time) }
        if let time = issuance.settledAt { settledAt = .init(time) }
        if let found = issuance.delivery {
            delivery = .with {
                $0.inboxID = found.inboxID
                $0.receivedAt = .init(found.receivedAt)
                $0.source = "inbox/\(found.inboxID)"
            }
        }
        source = "issuances/\(issuance.referenceNumber)"
    }
}

extension Multibrand_V1_ExplainedExpectation {
    fileprivate init(_ expectation: SpendStory.Expectation, _ story: SpendStory) {
        self.init()
        kind =
            switch expectation.kind {
            case .heldMoney: .heldMoney
            case .parkedLeg: .parkedLeg
            case .pending: .pending
            case .inFlight: .inFlight
            case .unknown: .unknown
            case .debt: .debt
            }
        programID = expectation.programID ?? ""
        quantity = expectation.quantity
        if let unit = expectation.unit {
            self.unit = .init(unit)
            source = story.positionSource(programID, unit: unit)
        } else {
            source = "spends/\(story.decision.input.spendID)"
        }
    }
}

extension SpendStory {
    fileprivate func positionSource(_ programID: String, unit: RewardUnit) -> String {
        "positions/\(decision.input.cardID)/\(programID)/\(unit.rawValue)"
    }
}
