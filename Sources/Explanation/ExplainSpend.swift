import Cosmo
import Inbox
import Issuance
package import PostgreSQL
import Preferences
import Programs
import Rewards
import Spending
package import Wallet

/// Gathers the story of one spend from the rooms, which do not know each other.
///
/// **Guarantees** The decision is shown as it was made. Everything is read in one snapshot, so that what is shown fits
/// together.
package struct ExplainSpend: Sendable {
    /// How many movements, and how many issuances of a program, are shown.
    private static let shownMax = 50

    private let pool: PostgresPool
    private let wallet: WalletContext

    /// Makes the use case.
    package init(pool: PostgresPool, wallet: WalletContext) {
        self.pool = pool
        self.wallet = wallet
    }

    /// Reads the story.
    ///
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT` or `UNKNOWN_SPEND`; `PostgresError`.
    /// **Cost** One transaction of a dozen statements at most, however many programs, refunds and issuances there are.
    package func callAsFunction(_ spendID: String) async throws -> SpendStory {
        try await pool.withTransaction(isolation: .repeatableRead) { try await read(spendID, on: $0) }
    }

    private func read(_ spendID: String, on connection: PostgresConnection) async throws -> SpendStory {
        let recorded = try await GetSpend.read(spendID, on: connection)
        let cardID = recorded.spend.cardID
        let preference = try await ListPreferenceChanges.version(
            recorded.preferenceVersion, of: cardID, on: connection)
        var story = SpendStory(
            decision: recorded.decision, recordedAt: recorded.recordedAt, attribution: recorded.attribution,
            refundedMinor: recorded.refundedMinor, versionInForce: preference.inForce)
        story.version = preference.change.map(SpendStory.Version.init)
        if let authorizationID = recorded.authorizationID {
            story.authorization = .init(try await GetAuthorization.read(authorizationID, on: connection))
        }
        story.settled = Self.settled(recorded)
        let moved = try await ListSpendMovements.read(
            cardID: cardID, spendID: spendID, limit: Self.shownMax + 1, on: connection)
        story.movements = moved.prefix(Self.shownMax).map(SpendStory.Movement.init)
        story.isCut = moved.count > Self.shownMax
        story.heldNowMinor = recorded.heldNowMinor
        story.release = recorded.release.map(SpendStory.Release.init)

        let programIDs = Self.programIDs(recorded)
        try await readTerms(of: programIDs, on: connection, into: &story)
        try await readPositions(
            of: cardID, programIDs, since: recorded.recordedAt, on: connection, into: &story)
        return story
    }

    /// Every program with a leg of the spend, then those that only the release has one of.
    private static func programIDs(_ recorded: RecordedSpend) -> [String] {
        var seen: Set<ExactText> = []
        let all = recorded.decision.legs.map(\.programID) + (recorded.release?.legs ?? []).map(\.programID)
        return all.filter { seen.insert(ExactText($0)).inserted }
    }

    private static func settled(_ recorded: RecordedSpend) -> [String: SpendStory.Settled] {
        let parked = Set(recorded.decision.legs.filter { $0.status == .parked }.map { ExactText($0.programID) })
        var settled: [String: SpendStory.Settled] = [:]
        for leg in recorded.legs where leg.status == .earned && parked.contains(ExactText(leg.programID)) {
            settled[leg.programID] = SpendStory.Settled(
                earnedMicro: leg.earnedMicro, unit: leg.unit,
                configurationVersion: leg.configurationVersion, reason: leg.reason)
        }
        return settled
    }

    /// The programs' names, and the configuration that each leg pinned.
    private func readTerms(
        of programIDs: [String], on connection: PostgresConnection, into story: inout SpendStory
    ) async throws {
        var pinned: [String: Int64] = [:]
        for leg in story.decision.legs { pinned[leg.programID] = leg.plugin?.configurationVersion }
        let (programs, configurations) = try await connection.pipeline(
            ProgramCatalogue.programs(programIDs), ListProgramConfigurations.pinned(pinned))
        for program in programs { story.names[program.programID] = program.name }
        for (programID, configuration) in configurations {
            story.configurations[programID] = SpendStory.Configuration(
                json: configuration.configurationJSON, setBy: configuration.setBy, setAt: configuration.setAt)
        }
    }

    /// What the card has with the programs now, and what became of it since the spend.
    private func readPositions(
        of cardID: String, _ programIDs: [String], since: PostgresTimestamp, on connection: PostgresConnection,
        into story: inout SpendStory
    ) async throws {
        let (positions, issuances, takenBack) = try await connection.pipeline(
            IssuanceReads.positions(cardID: cardID, programIDs: programIDs),
            IssuanceReads.issuances(cardID: cardID, programIDs: programIDs, since: since, limit: Self.shownMax + 1),
            IssuanceReads.takenBack(cardID: cardID, programIDs: programIDs, since: since, limit: 100))
        for programID in programIDs {
            story.standings += positions.filter { ExactText($0.key.programID) == ExactText(programID) }.map {
                SpendStory.Standing(
                    programID: programID, unit: $0.key.unit, position: $0.position,
                    blockedReason: $0.blockedReason)
            }
        }
        let byProgram = Dictionary(grouping: issuances) { ExactText($0.programID) }
        if byProgram.values.contains(where: { $0.count > Self.shownMax }) { story.isCut = true }
        let shown = programIDs.flatMap { (byProgram[ExactText($0)] ?? []).prefix(Self.shownMax) }
        let paidBy = try await walletRows(paying: shown, on: connection)
        let deliveries = try await FindDelivery.transactions(shown.map(\.question), on: connection)
        story.issuances = zip(shown, deliveries).map { issuance, delivery in
            SpendStory.Issuance(
                issuance, confirmedBy: delivery.map { .init(inboxID: $0.id, receivedAt: $0.receivedAt) },
                walletTransactionID: paidBy[issuance.referenceNumber])
        }
        story.takenBack = takenBack.map {
            SpendStory.TakenBack(
                programID: $0.programID, micro: $0.takenBack.micro,
                walletTransactionID: $0.takenBack.transactionID, recordedAt: $0.takenBack.recordedAt)
        }
    }

    /// The rows of the wallet's ledger that pay issuances of programs that pay into it, by reference number.
    private func walletRows(
        paying issuances: [IssuanceRecord], on connection: PostgresConnection
    ) async throws -> [String: String] {
        var rows: [String: String] = [:]
        for environment in WalletEnvironment.allCases {
            let paid = issuances.filter { $0.walletEnvironment == environment.rawValue }
            guard !paid.isEmpty else { continue }
            let postings = WalletPostings(wallet, environment: environment)
            let found = try await postings.transactionIDs(ofIssuances: paid.map(\.referenceNumber), on: connection)
            rows.merge(found) { _, new in new }
        }
        return rows
    }
}

extension IssuanceRecord {
    /// Which delivery confirmed it; no question when none did.
    fileprivate var question: FindDelivery.Question {
        guard settledBy == .webhook, let settledAt else {
            return FindDelivery.Question(naming: [], from: createdAt, until: createdAt)
        }
        return FindDelivery.Question(
            naming: [referenceNumber, cosmoTransactionID ?? ""], from: firstSentAt ?? createdAt, until: settledAt)
    }
}

extension SpendStory.Authorization {
    fileprivate init(_ found: SpendAuthorization) {
        self.init(
            authorizationID: found.authorizationID, authorizedAt: found.authorizedAt,
            preferenceVersion: found.preferenceVersion, reversedAt: found.reversedAt)
    }
}

extension SpendStory.Version {
    fileprivate init(_ change: PreferenceChange) {
        self.init(
            version: change.preferences.version, cause: change.cause.kind.rawValue, causeID: change.cause.id,
            effectiveAt: change.preferences.effectiveAt, recordedAt: change.recordedAt,
            links: change.preferences.links.map {
                Link(programID: $0.programID, parts: $0.parts, maskedAccount: Self.masked($0.account))
            })
    }

    /// An account of which a person recognises their own and nobody else learns it.
    static func masked(_ account: CosmoAccount) -> String {
        account.fields.sorted { $0.key < $1.key }.map { Redaction.mask($0.value) }.joined(separator: ", ")
    }
}

extension SpendStory.Issuance {
    fileprivate init(
        _ issuance: IssuanceRecord, confirmedBy delivery: SpendStory.Delivery?, walletTransactionID: String?
    ) {
        self.init(
            referenceNumber: issuance.referenceNumber, programID: issuance.programID, unit: issuance.unit,
            quantityMicro: issuance.quantityMicro, status: issuance.status, reason: issuance.reason,
            transactionID: issuance.cosmoTransactionID, settledBy: issuance.settledBy?.rawValue,
            createdAt: issuance.createdAt,
            lastSentAt: issuance.lastSentAt, settledAt: issuance.settledAt, delivery: delivery,
            walletTransactionID: walletTransactionID, isAdopted: issuance.adoptedAt != nil)
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
                    programID: $0.programID, unit: $0.unit, amountMinor: $0.amountMinor,
                    micro: $0.micro, isOfRelease: $0.isOfRelease)
            })
    }
}

extension SpendStory.Release {
    fileprivate init(_ release: SpendRelease) {
        self.init(
            outcome: release.outcome, cause: release.cause, amountMinor: release.amountMinor,
            excludedMinor: release.excludedMinor, preferenceVersion: release.preferenceVersion,
            weights: release.decision?.certificate.weights.canonicalText ?? "",
            totalBefore: release.decision?.certificate.totalBefore ?? 0, recordedAt: release.recordedAt,
            legs: release.legs.map {
                Leg(
                    programID: $0.programID, amountMinor: $0.amountMinor, earnedMicro: $0.earnedMicro,
                    unit: $0.unit, isParked: $0.status == .parked, reason: $0.reason,
                    configurationVersion: $0.configurationVersion)
            })
    }
}
