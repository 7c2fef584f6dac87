import Access
import Issuance
import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf

/// Recoveries: what is compared with Cosmo after a failover or a restore, and what only Cosmo knows.
extension IssuanceDoor {
    func registerRecovery(in routes: inout DoorRoutes) {
        routes.unary("GetRecovery", .platform) { (request: Multibrand_V1_GetRecoveryRequest, _) in
            Multibrand_V1_Recovery(
                try await reads.recovery(request.recoveryNumber == 0 ? nil : request.recoveryNumber))
        }
        routes.unary("ListRecoveries", .platform) { (request: Multibrand_V1_ListRecoveriesRequest, _) in
            let page = try await reads.recoveries(pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListRecoveriesResponse.with {
                $0.recoveries = page.recoveries.map(Multibrand_V1_Recovery.init)
                $0.nextPageToken = page.nextPageToken ?? ""
            }
        }
        routes.unary(
            "BeginRecovery", .operator, audits: { AuditedPart("\(try $0.start)", ["reason": $0.reason]) }
        ) { (request: Multibrand_V1_BeginRecoveryRequest, context, audit) in
            Multibrand_V1_Recovery(
                try await recoveryDesk.begin(
                    since: try request.start, reason: request.reason, by: context.caller.clientID, audit: audit))
        }
        routes.unary("CompareRecovery", .operator, audits: { _ in AuditedPart("") }) {
            (_: Multibrand_V1_CompareRecoveryRequest, _, audit) in
            Multibrand_V1_Recovery(try await recoveryDesk.compare(audit: audit))
        }
        routes.unary("EndRecovery", .operator, audits: { AuditedPart("", ["forced": $0.force ? "yes" : "no"]) }) {
            (request: Multibrand_V1_EndRecoveryRequest, context, audit) in
            Multibrand_V1_Recovery(
                try await recoveryDesk.end(
                    evidence: request.evidence, force: request.force, by: context.caller.clientID, audit: audit))
        }
        routes.unary("AdoptIssuance", .operator, audits: { AuditedPart($0.transaction) }) {
            (request: Multibrand_V1_AdoptIssuanceRequest, context, audit) in
            Multibrand_V1_Issuance(
                try await adoptIssuance(
                    request.transaction, cardID: request.cardID.nonEmpty, unit: try request.unit.wanted(),
                    evidence: request.evidence, by: context.caller.clientID, audit: audit))
        }
    }
}

extension Multibrand_V1_BeginRecoveryRequest {
    /// The time of the backup.
    ///
    /// **Errors** ``InvalidField``.
    fileprivate var start: PostgresTimestamp {
        get throws {
            guard hasSince else { throw InvalidField("since", "is needed: the time of the backup") }
            return try since.instant("since")
        }
    }
}

extension Multibrand_V1_Recovery {
    init(_ recovery: Recovery) {
        self.init()
        recoveryNumber = recovery.number
        cause = Multibrand_V1_RecoveryCause(recovery.cause)
        detail = recovery.detail
        begunAt = .init(recovery.begunAt)
        begunBy = recovery.begunBy ?? ""
        compareFrom = .init(recovery.compareFrom)
        compareUntil = .init(recovery.compareUntil)
        finalAt = .init(recovery.finalAt)
        if let time = recovery.comparedAt { comparedAt = .init(time) }
        cosmoCount = recovery.cosmoCount
        inBooksCount = recovery.inBooksCount
        foreignCount = recovery.foreignCount
        comparedToEnd = recovery.isCompared
        adoptedCount = recovery.adoptedCount
        openCount = recovery.openCount
        failure = recovery.failure ?? ""
        if let time = recovery.endedAt { endedAt = .init(time) }
        endedBy = recovery.endedBy ?? ""
        evidence = recovery.evidence ?? ""
        findings = recovery.findings.map { finding in
            .with {
                $0.cosmoTransactionID = finding.transactionID
                $0.referenceNumber = finding.referenceNumber ?? ""
                $0.programID = finding.programID ?? ""
                $0.reason = finding.reason.rawValue
                $0.cardID = finding.cardID ?? ""
                $0.detailJson = finding.detailJSON
                $0.adoptedAs = finding.adoptedAs ?? ""
                $0.open = finding.isOpen
            }
        }
    }
}

extension Multibrand_V1_RecoveryCause {
    init(_ cause: RecoveryCause) {
        self =
            switch cause {
            case .server: .server
            case .timeline: .timeline
            case .database: .database
            case .gap: .gap
            case .operator: .operator
            }
    }
}
