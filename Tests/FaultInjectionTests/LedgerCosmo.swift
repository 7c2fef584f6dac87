import Cosmo
import Foundation
import Synchronization

/// A Cosmo that keeps every issuance call it ever got, and answers reads from that.
final class LedgerCosmo: CosmoAPI {
    private let issued = Mutex<[CosmoIssuanceRequest]>([])

    /// The calls, in order.
    var calls: [CosmoIssuanceRequest] { issued.withLock { $0 } }

    func issue(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer {
        issued.withLock { $0.append(request) }
        return CosmoIssuanceAnswer(
            id: "tx-\(request.referenceNumber)", totalPoints: Decimal(request.value),
            referenceNumber: request.referenceNumber)
    }

    func transaction(_ idOrReference: String) async throws(CosmoError) -> CosmoTransaction? {
        issued.withLock { calls in
            calls.first { idOrReference == $0.referenceNumber || idOrReference == "tx-\($0.referenceNumber)" }
        }.map { call in
            CosmoTransaction(
                id: "tx-\(call.referenceNumber)", referenceNumber: call.referenceNumber, value: Decimal(call.value),
                currency: call.currency, totalPoints: Decimal(call.value), programID: call.programID,
                account: call.account)
        }
    }

    func findTransaction(
        referenceNumber: String, programID: String?, fromSeconds: Int64, toSeconds: Int64
    ) async throws(CosmoError) -> CosmoTransaction? {
        try await transaction(referenceNumber)
    }

    func transactions(
        fromSeconds: Int64, toSeconds: Int64, programID: String?
    ) async throws(CosmoError) -> [CosmoTransaction] { [] }
    func programs() async throws(CosmoError) -> [CosmoProgram] { [CosmoProgram(id: "prg_a", name: "A")] }
    func fields(programID: String) async throws(CosmoError) -> CosmoProgramFields { CosmoProgramFields(fields: []) }
    func validateMember(programID: String, account: CosmoAccount) async throws(CosmoError) -> Bool { true }
    func preview(programID: String, value: Int64) async throws(CosmoError) -> Decimal { Decimal(value) }
    func widgetToken(kind: CosmoWidgetKind, sourceUserID: String) async throws(CosmoError) -> CosmoWidgetToken {
        throw CosmoError(call: .widgetToken, kind: .notSent, reason: .notConfigured)
    }
}
