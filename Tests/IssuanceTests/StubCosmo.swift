import Cosmo
import Foundation
import Synchronization

/// A Cosmo that tests script call by call, in front of the real one: faults no sandbox can time.
final class StubCosmo: CosmoAPI {
    typealias Issuance = @Sendable (CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer

    typealias List = @Sendable (_ from: Int64, _ to: Int64) async throws(CosmoError) -> [CosmoTransaction]

    private let real: CosmoClient
    private let onList: List?
    private let onIssuance: Issuance
    private let onRead: (@Sendable (String) -> CosmoTransaction?)?

    init(
        _ real: CosmoClient, onRead: (@Sendable (String) -> CosmoTransaction?)? = nil, onIssuance: @escaping Issuance
    ) {
        self.real = real
        self.onIssuance = onIssuance
        self.onRead = onRead
        self.onList = nil
    }

    /// Answers reads, calls and listings itself.
    init(
        _ real: CosmoClient, onRead: (@Sendable (String) -> CosmoTransaction?)? = nil, onIssuance: @escaping Issuance,
        onList: @escaping List
    ) {
        self.real = real
        self.onIssuance = onIssuance
        self.onRead = onRead
        self.onList = onList
    }

    /// Answers listings itself, and everything else as the real one does.
    init(_ real: CosmoClient, onList: @escaping List) {
        self.real = real
        self.onIssuance = { request throws(CosmoError) in try await real.issue(request) }
        self.onRead = nil
        self.onList = onList
    }

    func issue(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer {
        try await onIssuance(request)
    }

    func transaction(_ idOrReference: String) async throws(CosmoError) -> CosmoTransaction? {
        if let onRead { return onRead(idOrReference) }
        return try await real.transaction(idOrReference)
    }

    func findTransaction(
        referenceNumber: String, programID: String?, fromSeconds: Int64, toSeconds: Int64
    ) async throws(CosmoError) -> CosmoTransaction? {
        if let onRead { return onRead(referenceNumber) }
        return try await real.findTransaction(
            referenceNumber: referenceNumber, programID: programID, fromSeconds: fromSeconds, toSeconds: toSeconds)
    }

    func programs() async throws(CosmoError) -> [CosmoProgram] { try await real.programs() }
    func fields(programID: String) async throws(CosmoError) -> CosmoProgramFields {
        try await real.fields(programID: programID)
    }
    func validateMember(programID: String, account: CosmoAccount) async throws(CosmoError) -> Bool {
        try await real.validateMember(programID: programID, account: account)
    }
    func preview(programID: String, value: Int64) async throws(CosmoError) -> Decimal {
        try await real.preview(programID: programID, value: value)
    }
    func transactions(
        fromSeconds: Int64, toSeconds: Int64, programID: String?
    ) async throws(CosmoError) -> [CosmoTransaction] {
        if let onList { return try await onList(fromSeconds, toSeconds) }
        return try await real.transactions(fromSeconds: fromSeconds, toSeconds: toSeconds, programID: programID)
    }
    func widgetToken(kind: CosmoWidgetKind, sourceUserID: String) async throws(CosmoError) -> CosmoWidgetToken {
        try await real.widgetToken(kind: kind, sourceUserID: sourceUserID)
    }
}
