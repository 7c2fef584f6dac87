import Access
import Issuance
import MultibrandAPI
import RPC
import SwiftProtobuf

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
