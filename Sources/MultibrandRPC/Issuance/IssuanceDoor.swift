import Access
import Issuance
import MultibrandAPI
import RPC
import Rewards
import SwiftProtobuf

/// `multibrand.v1.IssuanceService`: proto/multibrand/v1/issuance.proto says what each call does.
struct IssuanceDoor: Sendable {
    let reads: IssuanceReads
    let minimums: PositionMinimums
    let retryIssuance: RetryIssuance
    let resolveIssuance: ResolveIssuance
    let writeOffDebt: WriteOffDebt
    let reconcileDay: ReconcileDay
    let recoveryDesk: RecoveryDesk
    let adoptIssuance: AdoptIssuance
    let readTransaction: ReadCosmoTransaction

    func register(in routes: inout DoorRoutes) {
        routes.service = "multibrand.v1.IssuanceService"
        registerReads(in: &routes)
        registerDebts(in: &routes)
        registerReconciliation(in: &routes)
        registerRecovery(in: &routes)
        routes.unary("RetryIssuance", .operator, audits: { AuditedPart($0.referenceNumber) }) {
            (request: Multibrand_V1_RetryIssuanceRequest, _, audit) in
            Multibrand_V1_Issuance(
                try await retryIssuance(referenceNumber: request.referenceNumber, audit: audit))
        }
        routes.unary(
            "ResolveIssuance", .operator,
            audits: {
                AuditedPart(
                    $0.referenceNumber, ["outcome": try $0.outcome.wanted() == .issued ? "issued" : "not issued"])
            }
        ) { (request: Multibrand_V1_ResolveIssuanceRequest, context, audit) in
            Multibrand_V1_Issuance(
                try await resolveIssuance(
                    referenceNumber: request.referenceNumber, outcome: try request.outcome.wanted(),
                    evidence: request.evidence, transactionID: request.cosmoTransactionID,
                    by: context.caller.clientID, audit: audit))
        }
    }

    private func registerReads(in routes: inout DoorRoutes) {
        routes.unary("GetPosition", .platform) { (request: Multibrand_V1_GetPositionRequest, _) in
            let view = try await reads.position(cardID: request.cardID, programID: request.programID)
            var position = Multibrand_V1_Position(view, minimumMicro: try await minimums([view])[0])
            if view.key.unit == .points {
                position.takenBack = try await reads.takenBack(cardID: request.cardID, programID: request.programID)
                    .map(Multibrand_V1_TakenBack.init)
            }
            return position
        }
        routes.unary("ListPositions", .platform) { (request: Multibrand_V1_ListPositionsRequest, _) in
            let page = try await reads.positions(
                cardID: request.cardID.nonEmpty, programID: request.programID.nonEmpty,
                blockedOnly: request.blockedOnly,
                pageSize: Int(request.pageSize), pageToken: request.pageToken)
            let minimums = try await minimums(page.positions)
            return Multibrand_V1_ListPositionsResponse.with {
                $0.positions = zip(page.positions, minimums).map(Multibrand_V1_Position.init)
                $0.nextPageToken = page.nextPageToken ?? ""
            }
        }
        routes.unary("GetIssuance", .platform) { (request: Multibrand_V1_GetIssuanceRequest, _) in
            Multibrand_V1_Issuance(try await reads.issuance(request.referenceNumber))
        }
        routes.unary("GetCosmoTransaction", .operator, audits: { AuditedPart($0.transactionID) }) {
            (request: Multibrand_V1_GetCosmoTransactionRequest, _, audit) in
            Multibrand_V1_GetCosmoTransactionResponse(
                try await readTransaction(request.transactionID, audit: audit))
        }
        routes.unary("ListIssuances", .platform) { (request: Multibrand_V1_ListIssuancesRequest, _) in
            let page = try await reads.issuances(
                cardID: request.cardID.nonEmpty, programID: request.programID.nonEmpty,
                status: try request.status.wanted(), waitingOnly: request.waitingOnly,
                pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListIssuancesResponse.with {
                $0.issuances = page.issuances.map(Multibrand_V1_Issuance.init)
                $0.nextPageToken = page.nextPageToken ?? ""
            }
        }
    }
}

extension Multibrand_V1_ResolvedOutcome {
    /// **Errors** ``InvalidField`` for no outcome.
    fileprivate func wanted() throws -> ResolveIssuance.Outcome {
        switch self {
        case .issued: .issued
        case .notIssued: .notIssued
        case .unspecified, .UNRECOGNIZED: throw InvalidField("outcome", "must be ISSUED or NOT_ISSUED")
        }
    }
}

extension String {
    /// Proto3's empty text is an absent one.
    var nonEmpty: String? { isEmpty ? nil : self }
}

/// The comparison of days with Cosmo's transactions.
extension IssuanceDoor {
    func registerReconciliation(in routes: inout DoorRoutes) {
        routes.unary("ReconcileDay", .operator, audits: { AuditedPart($0.day) }) {
            (request: Multibrand_V1_ReconcileDayRequest, _, audit) in
            Multibrand_V1_Reconciliation(try await reconcileDay(request.day, audit: audit))
        }
        routes.unary("ListReconciliations", .platform) {
            (request: Multibrand_V1_ListReconciliationsRequest, _) in
            let page = try await reads.reconciliations(
                pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListReconciliationsResponse.with {
                $0.reconciliations = page.reconciliations.map(Multibrand_V1_Reconciliation.init)
                $0.nextPageToken = page.nextPageToken ?? ""
            }
        }
        routes.unary("GetReconciliation", .platform) { (request: Multibrand_V1_GetReconciliationRequest, _) in
            Multibrand_V1_Reconciliation(try await reads.reconciliation(request.day))
        }
    }
}
