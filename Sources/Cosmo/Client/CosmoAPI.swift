package import Foundation

/// What the business rooms ask of Cosmo.
///
/// `CosmoClient` is the real one; tests may use their own. The sandbox in `CosmoSandbox` tests the client itself.
///
/// **Errors**: every call throws `CosmoError`, whose `outcome` says whether anything was applied (I-12).
/// **Concurrency**: calls may be made from any number of tasks.
package protocol CosmoAPI: Sendable {
    /// The partner programs that may be issued to, fresh from Cosmo.
    func programs() async throws(CosmoError) -> [CosmoProgram]

    /// Which identifiers a program needs in an account.
    func fields(programID: String) async throws(CosmoError) -> CosmoProgramFields

    /// Whether a program knows an account; false is an ordinary answer, on which nothing may be issued.
    func validateMember(programID: String, account: CosmoAccount) async throws(CosmoError) -> Bool

    /// The points a value would buy now; creates nothing, and a later issuance may differ.
    func preview(programID: String, value: Int64) async throws(CosmoError) -> Decimal

    /// Issues points: the only call with an effect, and Cosmo has no reversal (I-7).
    ///
    /// The caller stores `referenceNumber` first, and resolves an outcome that is not known by reading (I-6).
    func issue(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer

    /// Reads a transaction by Cosmo's id or by our reference number; nil when Cosmo knows neither (404).
    func transaction(_ idOrReference: String) async throws(CosmoError) -> CosmoTransaction?

    /// Lists transactions created within an interval of Unix seconds, both ends included.
    func transactions(
        fromSeconds: Int64, toSeconds: Int64, programID: String?
    ) async throws(CosmoError) -> [CosmoTransaction]

    /// Looks for a transaction of ours by every way that is configured: by reference, then in the interval's listing.
    ///
    /// Nil means that Cosmo answered every question and knows nothing of it. The read is not proof for a request that
    /// may still be under way: wait, and look again, before sending the same reference once more.
    func findTransaction(
        referenceNumber: String, programID: String?, fromSeconds: Int64, toSeconds: Int64
    ) async throws(CosmoError) -> CosmoTransaction?

    /// A token that opens a widget for one of our users.
    func widgetToken(kind: CosmoWidgetKind, sourceUserID: String) async throws(CosmoError) -> CosmoWidgetToken
}
