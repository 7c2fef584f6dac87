package import Cosmo
import Metrics
package import OperatorRecord
package import PostgreSQL
package import Rewards

/// Takes a transaction that only Cosmo knows into the books, as an issuance of the card that it was made for.
///
/// The issuance begins as one whose outcome is not known, and what Cosmo reports of it settles it like any other. What
/// it issued counts against the card's position at once. If the spend that earned it was lost as well, the position
/// owes until the card platform sends the spend again, and nothing of it is sent meanwhile.
///
/// **Guarantees** A transaction is adopted once. The card is proven by the reference number, or named by a person.
package struct AdoptIssuance: Sendable {
    private let pool: PostgresPool
    private let cosmo: any CosmoAPI
    private let configuration: IssuanceConfiguration
    private let cards: CardDirectory
    private let now: @Sendable () -> PostgresTimestamp
    private let onAdopted: @Sendable () -> Void

    /// Makes the use case; `onAdopted` is called after the commit.
    package init(
        pool: PostgresPool, cosmo: any CosmoAPI, configuration: IssuanceConfiguration, cards: CardDirectory,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, onAdopted: @escaping @Sendable () -> Void = {}
    ) {
        self.pool = pool
        self.cosmo = cosmo
        self.configuration = configuration
        self.cards = cards
        self.now = now
        self.onAdopted = onAdopted
    }

    /// Reads a transaction from Cosmo and adopts it; returns the issuance.
    ///
    /// - Parameters:
    ///   - idOrReference: Cosmo's transaction id, or the reference number.
    ///   - cardID: The card it was made for; nil when the reference number proves it.
    ///   - unit: What its value counts; nil when Cosmo reports it, the reference number proves it, or the card has a
    ///     position in one unit alone.
    ///   - evidence: What was seen, and where; kept beside the issuance.
    ///   - audit: Recorded in the same transaction.
    /// **Errors** `INVALID_ARGUMENT`, `MISSING_EVIDENCE`, `UNKNOWN_TRANSACTION`, `ALREADY_IN_BOOKS`, `NOT_ADOPTABLE`,
    /// `CARD_NOT_PROVEN`, `CARD_DIFFERS`, `MAY_BE_AN_OPEN_ISSUANCE`, `COSMO_UNAVAILABLE`, `COSMO_REFUSED`.
    package func callAsFunction(
        _ idOrReference: String, cardID: String?, unit: RewardUnit? = nil, evidence: String, by clientID: String,
        audit: AuditEntry? = nil
    ) async throws -> IssuanceRecord {
        guard (1...256).contains(idOrReference.utf8.count), idOrReference.utf8.allSatisfy({ $0 > 32 }) else {
            throw IssuanceError(
                .invalidArgument, "transaction: Cosmo's transaction id, or the reference number", field: "transaction")
        }
        if let cardID, !IdentifierRule.check(cardID) {
            throw IssuanceError(
                .invalidArgument, "card_id: 1 to 128 bytes of text without control characters", field: "card_id")
        }
        let evidence = try Evidence.checked(evidence)
        let transaction = try await read(idOrReference)
        guard let reported = ReportedIssuance(transaction) else { throw Self.notAdoptable }
        let proven = try await provenPosition(of: reported)
        let issuance: IssuanceRecord
        do {
            let line = (proven?.cardID ?? cardID).map {
                PositionLine.name(cardID: $0, programID: reported.programID)
            }
            issuance = try await pool.withLines(line.map { [$0] } ?? []) {
                try await pool.withTransaction { connection in
                    let key = try await self.position(
                        of: reported, proven: proven, cardID: cardID, unit: unit, on: connection)
                    let issuance = try await self.adopt(
                        reported, of: key, evidence: (evidence, clientID), on: connection)
                    if let audit { _ = try await connection.pipeline([audit.statement]) }
                    return issuance
                }
            }
        } catch let error as PostgresError where error.constraint == "issuances_transaction_key" {
            // Somebody else adopted it at the same moment.
            throw Self.inBooks
        }
        Counter(label: "multibrand_issuances_adopted").increment()
        onAdopted()
        return issuance
    }

    private func read(_ idOrReference: String) async throws -> CosmoTransaction {
        do throws(CosmoError) {
            if let transaction = try await cosmo.transaction(idOrReference) { return transaction }
        } catch {
            throw IssuanceError(error, "Cosmo did not show the transaction")
        }
        throw IssuanceError(
            .unknownTransaction, "Cosmo knows no transaction of this id or reference number", field: "transaction")
    }

    /// Adopts a transaction of a position that its reference number proves; nil when it is in the books by now.
    ///
    /// **Errors** `NOT_ADOPTABLE`; the database's.
    func adoptProven(_ reported: ReportedIssuance, of key: PositionKey) async throws -> IssuanceRecord? {
        do {
            let issuance = try await pool.withTransaction { connection in
                try await self.adopt(reported, of: key, evidence: nil, on: connection)
            }
            Counter(label: "multibrand_issuances_adopted").increment()
            onAdopted()
            return issuance
        } catch let error as IssuanceError where error.reason == .alreadyInBooks {
            return nil
        }
    }

    private func provenPosition(of reported: ReportedIssuance) async throws -> PositionKey? {
        guard let reference = reported.reference, reported.isProvable else { return nil }
        return try await cards.positions(of: [reference], programID: reported.programID, in: pool)[reference]
    }

    /// The position that a transaction was issued from, once it is certain.
    private func position(
        of reported: ReportedIssuance, proven: PositionKey?, cardID: String?, unit: RewardUnit?,
        on connection: PostgresConnection
    ) async throws -> PositionKey {
        if let proven {
            guard cardID.map({ ExactText($0) == ExactText(proven.cardID) }) ?? true else {
                throw IssuanceError(
                    .cardDiffers, "the reference number was made for another card", field: "card_id")
            }
            try Self.require(unit, toBe: proven.unit)
            return proven
        }
        guard let cardID else {
            throw IssuanceError(
                .cardNotProven, "the reference number proves no card of ours; name the card", field: "card_id")
        }
        if reported.isProvable {
            throw IssuanceError(
                .cardDiffers, "the reference number was made for another card, or by another installation",
                field: "card_id")
        }
        guard try await cards.currency(connection, cardID) != nil else {
            throw IssuanceError(.cardNotProven, "there is no such card; register it first", field: "card_id")
        }
        if let reportedUnit = reported.unit { try Self.require(unit, toBe: reportedUnit) }
        if let unit = reported.unit ?? unit {
            return PositionKey(cardID: cardID, programID: reported.programID, unit: unit)
        }
        let held = try await connection.all(PositionStore.lock(cardID: cardID, programID: reported.programID))
        guard let only = held.first, held.count == 1 else {
            throw IssuanceError(.cardNotProven, "say whether the value counts points or money", field: "unit")
        }
        return only.key
    }

    private static func require(_ unit: RewardUnit?, toBe known: RewardUnit) throws(IssuanceError) {
        guard unit.map({ $0 == known }) ?? true else {
            throw IssuanceError(.invalidArgument, "unit: the transaction counts \(known.rawValue)", field: "unit")
        }
    }

    /// Books the issuance and applies what Cosmo reports of it.
    private func adopt(
        _ reported: ReportedIssuance, of key: PositionKey, evidence: (text: String, clientID: String)?,
        on connection: PostgresConnection
    ) async throws -> IssuanceRecord {
        let now = self.now()
        let currencyCode = try await cards.currency(connection, key.cardID) ?? ""
        let destination =
            try await cards.destinations(
                connection, [DestinationKey(cardID: key.cardID, programID: key.programID)]
            ).first ?? nil
        guard
            let order = reported.order(
                for: key, currencyCode: currencyCode, linked: destination?.account,
                valueUnit: configuration.valueUnit)
        else { throw Self.notAdoptable }
        let (_, inserted, alike) = try await connection.pipeline(
            PositionStore.adopt(key, at: now),
            IssuanceStore.adopt(order.planned, min(order.facts.madeAt ?? now, now), evidence: evidence, at: now),
            reported.isProvable ? nil : IssuanceStore.openAlike(order.planned))
        guard inserted == 1 else { throw Self.inBooks }
        if let open = alike?.first {
            throw IssuanceError(
                .mayBeOpenIssuance,
                "the card has an open issuance of the same value, \(open), which this may be: settle that one first "
                    + "(ResolveIssuance takes the transaction id)")
        }
        let unknown = PositionStore.shift([key: PositionShift(unknownMicro: order.planned.quantityMicro)], at: now)
        _ = try await connection.query(unknown)
        let event = IssuanceEvent.found(order.facts, nextReadAt: now.advanced(by: configuration.readDelayMin))
        let transition =
            try await ApplyIssuanceEvents(policy: configuration.settlement).apply(
                [.init(referenceNumber: order.planned.referenceNumber, event: event)], at: now, on: connection
            ).first ?? nil
        guard let transition, transition.record.cosmoTransactionID == order.facts.transactionID else {
            throw Self.inBooks
        }
        return transition.record
    }

    private static let inBooks = IssuanceError(.alreadyInBooks, "the transaction is an issuance in the books")

    private static let notAdoptable = IssuanceError(
        .notAdoptable,
        "Cosmo must report a program, a whole value in the card's currency, and a completed transaction. If it is not "
            + "completed yet, wait; otherwise settle it with Cosmo")
}
