package import Foundation

/// A transaction as Cosmo reads it back, by id, by reference or in a listing (contract sections 5.3 and 5.4).
///
/// Which fields an answer carries is not documented, so everything beyond the id may be nil.
package struct CosmoTransaction: Sendable, Hashable {
    /// Cosmo's transaction id.
    package var id: String
    /// The caller's reference.
    package var referenceNumber: String?
    /// The `value` it was issued with.
    package var value: Decimal?
    /// The currency of `value`; nil when it is not given.
    package var currency: String?
    /// The points issued: the sum of its parts, or the total when the answer has one.
    package var totalPoints: Decimal?
    /// The program the points went to.
    package var programID: String?
    /// The member they went to; nil when it is not given.
    package var account: CosmoAccount?
    /// When it was created, in Cosmo's words.
    package var createdAt: String?
    /// The note it was issued with.
    package var note: String?
    /// Cosmo's word for its state; no public page shows one, and an answer without one means completed.
    package var status: String?

    /// Makes a transaction.
    package init(
        id: String, referenceNumber: String? = nil, value: Decimal? = nil, currency: String? = nil,
        totalPoints: Decimal? = nil, programID: String? = nil, account: CosmoAccount? = nil, createdAt: String? = nil,
        note: String? = nil, status: String? = nil
    ) {
        self.id = id
        self.referenceNumber = referenceNumber
        self.value = value
        self.currency = currency
        self.totalPoints = totalPoints
        self.programID = programID
        self.account = account
        self.createdAt = createdAt
        self.note = note
        self.status = status
    }

    /// What is known of a transaction's end.
    package enum State: Sendable, Hashable {
        /// Done: it has no status, or one that says so.
        case completed
        /// Not done yet.
        case pending
        /// Ended without points.
        case failed
        /// A status whose meaning is not known; an operator decides.
        case unrecognised(String)
    }

    /// The state, read from the optional status without regard to case.
    package var state: State {
        switch status?.uppercased() {
        case nil, "COMPLETED", "COMPLETE", "SUCCESS", "SUCCEEDED", "SUCCESSFUL", "CONFIRMED", "DONE": .completed
        case "PENDING", "PROCESSING", "CREATED", "ACCEPTED", "IN_PROGRESS": .pending
        case "FAILED", "FAILURE", "REJECTED", "CANCELLED", "CANCELED", "ERROR": .failed
        case .some(let other): .unrecognised(String(other.prefix(40)))
        }
    }

    /// The value as a whole number; nil when it is absent, has decimals or does not fit.
    package var wholeValue: Int64? { value.flatMap { DecimalText.scaled($0, by: 0) } }
    /// The points in millionths; nil when absent, finer than a millionth or too large.
    package var totalMicroPoints: Int64? { totalPoints.flatMap { DecimalText.scaled($0, by: 6) } }
}

extension CosmoTransaction {
    /// Reads both shapes of the contract: the listing's (`sourceValue`, `createdAt`, `pointTransactions`,
    /// `partnership`) and the issuance answer's (`value`, `date`, `totalPoints`, `programId`); nil without an id.
    init?(_ json: JSONTree) {
        guard let id = json.first(of: "id", "transactionId")?.storableIdentifier else { return nil }
        var points = json["totalPoints"]?.decimal
        if points == nil, let parts = json["pointTransactions"]?.array {
            var sum = Decimal(0)
            for part in parts {
                guard let amount = part["destinationNumberOfPoints"]?.decimal else { return nil }
                sum += amount
            }
            points = sum
        }
        self.init(
            id: id,
            referenceNumber: json["referenceNumber"]?.identifier,
            value: json.first(of: "sourceValue", "value")?.decimal,
            currency: json["currency"]?.string,
            totalPoints: points,
            programID: json["partnership"]?["destination"]?["programId"]?.identifier
                ?? json.first(of: "destinationProgramId", "programId")?.identifier,
            account: CosmoAccount(json["destinationAccount"]),
            createdAt: json.first(of: "createdAt", "date")?.identifier,
            note: json["description"]?.string,
            status: json["status"]?.string)
    }
}
