import Foundation

extension CosmoClient {
    /// What an audited call leaves behind when it ends well.
    struct Audited<Value: Sendable>: Sendable {
        let value: Value
        let status: Int
        let summary: String
    }

    /// Runs a call and reports it to the audit hook, however it ends.
    ///
    /// **Guarantees**: the hook has returned before the caller learns the outcome.
    func audited<Value: Sendable>(
        _ call: CosmoCall, programID: String, referenceNumber: String? = nil, requestSummary: String,
        _ body: () async throws(CosmoError) -> Audited<Value>
    ) async throws(CosmoError) -> Value {
        let startedAt = Int64(Date().timeIntervalSince1970 * 1_000_000)
        let began = ContinuousClock().now
        func record(
            status: Int?, summary: String, outcome: CosmoCallRecord.Outcome, reason: CosmoError.Reason? = nil
        ) -> CosmoCallRecord {
            CosmoCallRecord(
                call: call, programID: programID, referenceNumber: referenceNumber, requestSummary: requestSummary,
                responseStatus: status, responseSummary: summary, startedAtMicroseconds: startedAt,
                duration: ContinuousClock().now - began, outcome: outcome, reason: reason)
        }
        do {
            let done = try await body()
            await audit(record(status: done.status, summary: done.summary, outcome: .answered))
            return done.value
        } catch {
            let outcome: CosmoCallRecord.Outcome = error.outcome == .unknown ? .unknown : .notApplied
            await audit(
                record(status: error.status, summary: error.excerpt, outcome: outcome, reason: error.reason))
            throw error
        }
    }

    /// Runs a call that names an account, and counts the account when Cosmo or this client refuses it.
    func countingRefusals<Value: Sendable>(
        of account: CosmoAccount, _ body: () async throws(CosmoError) -> Value
    ) async throws(CosmoError) -> Value {
        do {
            return try await body()
        } catch {
            if CosmoError.Reason.ofDestinations.contains(error.reason) {
                CosmoMetrics.countRefusedDestination(error.reason.rawValue, account: account)
            }
            throw error
        }
    }

    /// Refuses an account that names nobody, and in production one that exists in the sandbox only (section 6.1).
    func requireSendable(_ account: CosmoAccount, call: CosmoCall) throws(CosmoError) {
        guard !account.isEmpty else { throw CosmoError(call: call, kind: .refused, reason: .accountMissing) }
        guard configuration.environment == .production else { return }
        let barred = Set(configuration.sandboxOnlyDestinationIDs.map { $0.lowercased() })
        for value in account.fields.values
        where barred.contains(value.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()) {
            throw CosmoError(call: call, kind: .refused, reason: .sandboxOnlyAccount)
        }
    }
}
