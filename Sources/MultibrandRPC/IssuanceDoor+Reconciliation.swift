import Access
import Issuance
import MultibrandAPI
import RPC
import SwiftProtobuf

/// The comparison of days with Cosmo's transactions.
extension IssuanceDoor {
    func registerReconciliation(in routes: inout DoorRoutes) {
        routes.unary(Self.service + "ReconcileDay") { (request: Multibrand_V1_ReconcileDayRequest, context) in
            let action = OperatorActions.record(by: context.caller, action: "ReconcileDay", subject: request.day)
            return Multibrand_V1_Reconciliation(try await reconcileDay(request.day, also: [action]))
        }
        routes.unary(Self.service + "ListReconciliations") {
            (request: Multibrand_V1_ListReconciliationsRequest, _) in
            let page = try await reads.reconciliations(
                pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListReconciliationsResponse.with {
                $0.reconciliations = page.reconciliations.map(Multibrand_V1_Reconciliation.init)
                $0.nextPageToken = page.nextPageToken ?? ""
            }
        }
        routes.unary(Self.service + "GetReconciliation") { (request: Multibrand_V1_GetReconciliationRequest, _) in
            Multibrand_V1_Reconciliation(try await reads.reconciliation(request.day))
        }
    }
}
