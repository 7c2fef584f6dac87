import Cosmo
import Foundation
import Synchronization

/// A Cosmo that answers catalogue questions from a script; the client itself is tested against the sandbox elsewhere.
final class ScriptedCosmo: CosmoAPI {
    struct Script: Sendable {
        var programs: Result<[CosmoProgram], CosmoError> = .success([])
        var fields: [String: [String]] = [:]
        var questions = 0
    }

    private let script: Mutex<Script>

    init(_ programs: [CosmoProgram] = [], fields: [String: [String]] = [:]) {
        script = Mutex(Script(programs: .success(programs), fields: fields))
    }

    var questions: Int { script.withLock { $0.questions } }

    func change(_ body: (inout Script) -> Void) { script.withLock { body(&$0) } }

    static let away = CosmoError(call: .programs, kind: .unknown, reason: .timedOut)
    static let refused = CosmoError(call: .programs, kind: .refused, reason: .credentialsRefused, status: 403)

    func programs() async throws(CosmoError) -> [CosmoProgram] {
        let answer = script.withLock { script in
            script.questions += 1
            return script.programs
        }
        return try answer.get()
    }

    func fields(programID: String) async throws(CosmoError) -> CosmoProgramFields {
        guard let names = script.withLock({ $0.fields[programID] }) else {
            throw CosmoError(call: .fields, kind: .unknown, reason: .serverError, status: 500)
        }
        return CosmoProgramFields(fields: names.map { CosmoProgramFields.Field(name: $0, isRequired: true) })
    }

    func validateMember(programID: String, account: CosmoAccount) async throws(CosmoError) -> Bool {
        throw Self.away
    }

    func preview(programID: String, value: Int64) async throws(CosmoError) -> Decimal { throw Self.away }

    func issue(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer { throw Self.away }

    func transaction(_ idOrReference: String) async throws(CosmoError) -> CosmoTransaction? { throw Self.away }

    func transactions(
        fromSeconds: Int64, toSeconds: Int64, programID: String?
    ) async throws(CosmoError) -> [CosmoTransaction] { throw Self.away }

    func findTransaction(
        referenceNumber: String, programID: String?, fromSeconds: Int64, toSeconds: Int64
    ) async throws(CosmoError) -> CosmoTransaction? { throw Self.away }

    func widgetToken(kind: CosmoWidgetKind, sourceUserID: String) async throws(CosmoError) -> CosmoWidgetToken {
        throw Self.away
    }
}
