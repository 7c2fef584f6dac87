import Cosmo
import Inbox
import Issuance
import PostgreSQL
import Preferences
import Programs
import Rewards
import Spending
import Wallet

/// Gathers the story of one spend from each room's own reads; the rooms do not know each other.
///
/// **Guarantees** The decision is shown as it was made. What followed is read at the moment of the call, room by room.
struct ExplainSpend: Sendable {
    /// How many movements, and how many issues of a program, are shown.
    private static let toldMax = 50

    let getSpend: GetSpend
    let movements: ListSpendMovements
    let getAuthorization: GetAuthorization
    let listChanges: ListPreferenceChanges
    let preferences: PreferencesReader
    let catalogue: ProgramCatalogue
    let configurations: ListProgramConfigurations
    let issuance: IssuanceReads
    let findDelivery: FindDelivery
    let wallet: WalletContext

    /// **Errors** `UNKNOWN_SPEND`, `INVALID_ARGUMENT`.
    func callAsFunction(_ spendID: String) async throws -> SpendStory {
        let recorded = try await getSpend(spendID)
        let cardID = recorded.spend.cardID
        var story = SpendStory(
            decision: recorded.decision, recordedAt: recorded.recordedAt, attribution: recorded.attribution.rawValue,
            refundedMinor: recorded.refundedMinor, versionInForce: try await preferences.load(cardID).version)
        story.authorization = try await authorization(recorded.authorizationID)
        story.version = try await version(recorded.preferenceVersion, of: cardID)
        story.settled = Self.settled(recorded)
        let moved = try await movements(cardID: cardID, spendID: spendID, limit: Self.toldMax + 1)
        story.movements = moved.prefix(Self.toldMax).map(SpendStory.Movement.init)
        story.isCut = moved.count > Self.toldMax
        story.heldNowMinor = recorded.heldNowMinor
        story.release = recorded.release.map(SpendStory.Release.init)
        for leg in recorded.decision.legs {
            story.names[leg.programID] = catalogue.program(leg.programID)?.name
            story.configurations[leg.programID] = try await configuration(of: leg)
            try await tell(leg.programID, of: cardID, since: recorded.recordedAt, in: &story)
        }
        let told = Set(recorded.decision.legs.map { ExactText($0.programID) })
        for leg in recorded.release?.legs ?? [] where !told.contains(ExactText(leg.programID)) {
            story.names[leg.programID] = catalogue.program(leg.programID)?.name
            try await tell(leg.programID, of: cardID, since: recorded.recordedAt, in: &story)
        }
        return story
    }

    private func authorization(_ authorizationID: String?) async throws -> SpendStory.Authorization? {
        guard let authorizationID else { return nil }
        let found = try await getAuthorization(authorizationID)
        return SpendStory.Authorization(
            authorizationID: authorizationID, authorizedAt: found.authorizedAt,
            preferenceVersion: found.preferenceVersion, reversedAt: found.reversedAt)
    }

    private func version(_ version: Int64, of cardID: String) async throws -> SpendStory.Version? {
        guard let change = try await listChanges.version(version, of: cardID) else { return nil }
        return SpendStory.Version(
            version: version, cause: change.cause.kind.rawValue, causeID: change.cause.id,
            effectiveAt: change.preferences.effectiveAt, recordedAt: change.recordedAt,
            links: change.preferences.links.map {
                SpendStory.Version.Link(
                    programID: $0.programID, parts: $0.parts, maskedAccount: ExplanationText.masked($0.account))
            })
    }

    private func configuration(of leg: Leg) async throws -> SpendStory.Configuration? {
        guard let plugin = leg.plugin else { return nil }
        let all = try await configurations(programID: leg.programID)
        return all.first { $0.configurationVersion == plugin.configurationVersion }.map {
            SpendStory.Configuration(json: $0.configurationJSON, setBy: $0.setBy, setAt: $0.setAt)
        }
    }

    private static func settled(_ recorded: RecordedSpend) -> [String: SpendStory.Settled] {
        let parked = Set(recorded.decision.legs.filter { $0.status == .parked }.map { ExactText($0.programID) })
        var settled: [String: SpendStory.Settled] = [:]
        for leg in recorded.legs where leg.status == .earned && parked.contains(ExactText(leg.programID)) {
            settled[leg.programID] = SpendStory.Settled(
                earnedMicro: leg.earnedMicro, isPoints: leg.unit == .points,
                configurationVersion: leg.configurationVersion, reason: leg.reason)
        }
        return settled
    }

    private func tell(
        _ programID: String, of cardID: String, since: PostgresTimestamp, in story: inout SpendStory
    ) async throws {
        let positions = try await issuance.positions(cardID: cardID, programID: programID).positions
        story.standings += positions.map {
            SpendStory.Standing(
                programID: programID, isPoints: $0.key.unit == .points, position: $0.position,
                blockedReason: $0.blockedReason)
        }
        let issues = try await issuance.issuances(
            cardID: cardID, programID: programID, since: since, limit: Self.toldMax + 1)
        if issues.count > Self.toldMax { story.isCut = true }
        let paidBy = try await walletRows(paying: issues)
        for issue in issues.prefix(Self.toldMax) {
            story.issues.append(
                SpendStory.Issue(
                    issue, confirmedBy: try await delivery(confirming: issue),
                    walletTransactionID: paidBy[issue.referenceNumber]))
        }
        let takenBack = try await issuance.takenBack(cardID: cardID, programID: programID)
        story.takenBack += takenBack.filter { $0.recordedAt >= since }.map {
            SpendStory.TakenBack(
                programID: programID, micro: $0.micro, walletTransactionID: $0.transactionID, recordedAt: $0.recordedAt)
        }
    }

    /// The rows of the wallet's ledger that pay issues of programs that pay into it, by reference number.
    private func walletRows(paying issues: [IssuanceRecord]) async throws -> [String: String] {
        var rows: [String: String] = [:]
        for environment in WalletEnvironment.allCases {
            let paid = issues.filter { $0.account.fields[WalletPayout.environmentField] == environment.rawValue }
            guard !paid.isEmpty else { continue }
            let postings = WalletPostings(wallet, environment: environment)
            let found = try await wallet.pool.withConnection { connection in
                try await postings.transactionIDs(ofIssues: paid.map(\.referenceNumber), on: connection)
            }
            rows.merge(found) { _, new in new }
        }
        return rows
    }

    private func delivery(confirming issue: IssuanceRecord) async throws -> SpendStory.Delivery? {
        guard issue.settledBy == .webhook, let settledAt = issue.settledAt else { return nil }
        let words = [issue.referenceNumber, issue.cosmoTransactionID ?? ""]
        let from = issue.firstSentAt ?? issue.createdAt
        return try await findDelivery.transaction(naming: words, from: from, until: settledAt).map {
            SpendStory.Delivery(inboxID: $0.id, receivedAt: $0.receivedAt)
        }
    }
}

extension SpendStory.Issue {
    fileprivate init(
        _ issue: IssuanceRecord, confirmedBy delivery: SpendStory.Delivery?, walletTransactionID: String?
    ) {
        self.init(
            referenceNumber: issue.referenceNumber, programID: issue.programID, isPoints: issue.unit == .points,
            quantityMicro: issue.quantityMicro, status: issue.status.rawValue, reason: issue.reason,
            transactionID: issue.cosmoTransactionID, settledBy: issue.settledBy?.rawValue, createdAt: issue.createdAt,
            lastSentAt: issue.lastSentAt, settledAt: issue.settledAt, delivery: delivery,
            walletTransactionID: walletTransactionID, isAdopted: issue.adoptedAt != nil)
    }
}

extension SpendStory.Movement {
    fileprivate init(_ movement: SpendMovement) {
        self.init(
            refundID: movement.refundID, cause: movement.cause, amountMinor: movement.amountMinor,
            refundedAfterMinor: movement.refundedAfterMinor, excludedMinor: movement.excludedMinor,
            heldMinor: movement.heldMinor, releasedMinor: movement.releasedMinor, recordedAt: movement.recordedAt,
            clawbacks: movement.clawbacks.map {
                Clawback(
                    programID: $0.programID, isPoints: $0.unit == .points, amountMinor: $0.amountMinor,
                    micro: $0.micro, isOfRelease: $0.isOfRelease)
            })
    }
}

extension SpendStory.Release {
    fileprivate init(_ release: SpendRelease) {
        self.init(
            isExpired: release.outcome == .expired, cause: release.cause.rawValue, amountMinor: release.amountMinor,
            excludedMinor: release.excludedMinor, preferenceVersion: release.preferenceVersion,
            weights: release.decision?.certificate.weights.canonicalText ?? "",
            totalBefore: release.decision?.certificate.totalBefore ?? 0, recordedAt: release.recordedAt,
            legs: release.legs.map {
                Leg(
                    programID: $0.programID, amountMinor: $0.amountMinor, earnedMicro: $0.earnedMicro,
                    isPoints: $0.unit == .points, isParked: $0.status == .parked, reason: $0.reason,
                    configurationVersion: $0.configurationVersion)
            })
    }
}
