import Cosmo
import Foundation
import Synchronization

/// A Cosmo that answers validate-member as the test says and refuses everything else.
final class StandInCosmo: CosmoAPI {
    private let answer: Mutex<@Sendable (CosmoAccount) async -> Result<Bool, CosmoError>>
    let asked = Recorder<String>()

    init(_ answer: @escaping @Sendable (CosmoAccount) async -> Result<Bool, CosmoError>) {
        self.answer = Mutex(answer)
    }

    func answers(_ answer: @escaping @Sendable (CosmoAccount) async -> Result<Bool, CosmoError>) {
        self.answer.withLock { $0 = answer }
    }

    static let down = CosmoError(call: .validateMember, kind: .unknown, reason: .serverError, status: 500)
    private static let refusal = CosmoError(call: .programs, kind: .refused, reason: .notConfigured)

    func validateMember(programID: String, account: CosmoAccount) async throws(CosmoError) -> Bool {
        asked.add("\(programID) \(account.userID ?? "")")
        let answer = answer.withLock { $0 }
        return try await answer(account).get()
    }

    func programs() async throws(CosmoError) -> [CosmoProgram] { throw Self.refusal }
    func fields(programID: String) async throws(CosmoError) -> CosmoProgramFields { throw Self.refusal }
    func preview(programID: String, value: Int64) async throws(CosmoError) -> Decimal { throw Self.refusal }
    func issue(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer { throw Self.refusal }
    func transaction(_ idOrReference: String) async throws(CosmoError) -> CosmoTransaction? { throw Self.refusal }
    func transactions(
        fromSeconds: Int64, toSeconds: Int64, programID: String?
    ) async throws(CosmoError) -> [CosmoTransaction] { throw Self.refusal }
    func findTransaction(
        referenceNumber: String, programID: String?, fromSeconds: Int64, toSeconds: Int64
    ) async throws(CosmoError) -> CosmoTransaction? { throw Self.refusal }
    func widgetToken(kind: CosmoWidgetKind, sourceUserID: String) async throws(CosmoError) -> CosmoWidgetToken {
        CosmoWidgetToken(
            kind: kind, accessToken: "token-of-\(sourceUserID)", lifetime: .seconds(600), launchURL: "https://w.test/")
    }
}
