import PluginRuntime
import Rewards

/// One spend's decision made again, and what its refunds took: the pure part of a replay.
struct ReplayedSpend: Sendable {
    /// A program's configuration that decisions pin.
    struct PinnedKey: Sendable, Hashable {
        let programID: String
        let configurationVersion: Int64
    }

    private(set) var findings: [ReplayReport.Finding] = []
    private(set) var isIdentical = false
    private(set) var movements: Int64 = 0
    let isRelease: Bool
    private let row: ReplayStore.Row
    private let plugins: [PinnedKey: InstalledPlugin]
    private let tables: ApportionmentCache

    /// - Parameters:
    ///   - decision: the row's decision, nil when it cannot be read.
    ///   - plugins: the pinned plugins that this build has.
    init(
        _ row: ReplayStore.Row, _ decision: Decision?, plugins: [PinnedKey: InstalledPlugin], tables: ApportionmentCache
    ) {
        self.row = row
        isRelease = row.isRelease
        self.plugins = plugins
        self.tables = tables
        guard let decision else {
            add(.unreadable, "the stored bytes are not a decision in canonical form")
            return
        }
        if let absent = Self.pinned(by: decision).first(where: { plugins[$0] == nil }) {
            add(.pluginMissing, "configuration \(absent.configurationVersion) of \(absent.programID) cannot run here")
            return
        }
        replay(decision)
        replayRefunds(of: decision)
    }

    /// The configurations that a decision pins.
    static func pinned(by decision: Decision) -> [PinnedKey] {
        decision.legs.compactMap { leg in
            leg.plugin.map { PinnedKey(programID: leg.programID, configurationVersion: $0.configurationVersion) }
        }
    }

    private mutating func add(_ kind: ReplayReport.Finding.Kind, _ detail: String) {
        findings.append(
            .init(
                kind: kind, spendNumber: row.spendNumber, cardID: row.cardID, spendID: row.spendID,
                detail: isRelease ? "the release of what was held: \(detail)" : detail))
    }

    private mutating func replay(_ decision: Decision) {
        do {
            let again = try SpendDecision.decide(
                decision.request, tables: tables,
                fixedPart: { programID, wholeMinor throws(LegFault) in
                    try fixedMinor(ofProgram: programID, wholeMinor, decision)
                }, evaluate: { offer throws(LegFault) in try answer(offer, decision) })
            let bytes = again.canonicalBytes()
            isIdentical = bytes == row.decision
            if !isIdentical { add(.differs, Self.difference(decision, again, row.decision, bytes)) }
        } catch {
            add(.differs, "it can no longer be decided (\(error.reason))")
        }
    }

    /// Asks the plugin that the decision pinned for its fixed part; a program that had one has a leg.
    private func fixedMinor(
        ofProgram programID: String, _ wholeMinor: Int64, _ decision: Decision
    ) throws(LegFault) -> Int64 {
        guard let pinned = decision.legs.first(where: { $0.programID == programID })?.plugin else { return 0 }
        let key = PinnedKey(programID: programID, configurationVersion: pinned.configurationVersion)
        return try plugins[key]?.fixedMinor(ofWhole: wholeMinor, input: decision.input) ?? 0
    }

    /// Asks the plugin that the decision pinned for the program.
    private func answer(_ offer: LegOffer, _ decision: Decision) throws(LegFault) -> LegAnswer {
        guard let leg = decision.legs.first(where: { $0.programID == offer.programID }) else {
            // Asked on the way, with nothing left in the end: only a program that took what it was offered leaves no
            // leg.
            let unnamed = PluginIdentity(plugin: "", digest: "", configurationVersion: 0)
            return LegAnswer(acceptedMinor: offer.shareMinor, earning: .points(MicroPoints(0)), plugin: unnamed)
        }
        guard let pinned = leg.plugin else {
            throw LegFault(reason: leg.faultReason ?? "PLUGIN_NOT_CONFIGURED", plugin: nil)
        }
        let key = PinnedKey(programID: offer.programID, configurationVersion: pinned.configurationVersion)
        guard let plugin = plugins[key] else { throw LegFault(reason: "PLUGIN_NOT_CONFIGURED", plugin: nil) }
        return try plugin.answer(offer, input: decision.input)
    }

    private mutating func replayRefunds(of decision: Decision) {
        guard row.settledLate.isEmpty else { return }
        let pinned = PinnedDecision(decision)
        for movement in row.movements {
            movements += 1
            do {
                let takeback = try pinned.takeback(
                    refundedBefore: movement.refundedBefore, refundedAfter: movement.refundedAfter, tables: tables
                ) { offer throws(LegFault) in try answer(offer, decision) }
                let expected = Dictionary(
                    takeback.legs.map {
                        ($0.programID, ReplayStore.Clawback(amountMinor: $0.amountMinor, earnedMicro: $0.micro))
                    }
                ) { first, _ in first }
                let nothing = ReplayStore.Clawback(amountMinor: 0, earnedMicro: 0)
                let off = Set(expected.keys).union(movement.clawbacks.keys).filter {
                    expected[$0] ?? nothing != movement.clawbacks[$0] ?? nothing
                }.sorted()
                if let programID = off.first {
                    let (recorded, again) = (movement.clawbacks[programID] ?? nothing, expected[programID] ?? nothing)
                    add(
                        .takebackDiffers,
                        "movement \(movement.number) took \(recorded.amountMinor) and \(recorded.earnedMicro) earned "
                            + "from "
                            + "\(programID), again \(again.amountMinor) and \(again.earnedMicro)")
                } else if takeback.excludedMinor != movement.excludedMinor || takeback.heldMinor != movement.heldMinor {
                    add(.takebackDiffers, "movement \(movement.number) took another part of excluded or held")
                }
            } catch {
                add(.takebackDiffers, "movement \(movement.number) cannot be made again (\(error.reason))")
            }
        }
    }

    /// Where two decisions part: the first leg that is another, else the first byte.
    private static func difference(
        _ stored: Decision, _ again: Decision, _ storedBytes: [UInt8], _ bytes: [UInt8]
    ) -> String {
        let place = zip(storedBytes, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let at = "byte \(place ?? min(storedBytes.count, bytes.count))"
        for leg in stored.legs {
            let other = again.legs.first { $0.programID == leg.programID }
            guard other != leg else { continue }
            let words = other.map(Self.words) ?? "no leg"
            return "\(at): \(leg.programID) stored \(Self.words(leg)), again \(words)"
        }
        if stored.certificate != again.certificate {
            return "\(at): shares stored \(stored.certificate.shares) and fixed \(stored.certificate.fixed), again "
                + "\(again.certificate.shares) and \(again.certificate.fixed)"
        }
        return "\(at): excluded \(stored.excludedMinor) and held \(stored.heldMinor) stored, again "
            + "\(again.excludedMinor) and \(again.heldMinor)"
    }

    private static func words(_ leg: Leg) -> String {
        "\(leg.status.rawValue) \(leg.amountMinor) of \(leg.offeredMinor), \(leg.earnedMicro) earned"
    }
}
