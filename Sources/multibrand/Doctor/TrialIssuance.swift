import Cosmo
import Cryptography
import Foundation

/// One small issuance, made on request and read back by Cosmo's id and by our reference.
///
/// **Guarantees** Sent once, with a reference that is shown before. It is no card's: nothing of it enters the books.
struct TrialIssuance {
    let client: CosmoClient
    let report: DoctorReport
    let program: CosmoProgram
    let account: CosmoAccount
    /// Whole units of what Cosmo takes as value; nil takes the least the partnership allows.
    let value: Int64?
    let currency: String?
    let confirmed: Bool

    func run() async throws {
        let subject = "issuance to \(program.id)"
        guard let currency = currency ?? program.localCurrency else {
            report.add(
                .failure(
                    subject, "Cosmo does not say the organisation's currency",
                    remedy: "name it: --currency USD, or POINTS"))
            return
        }
        let limits = currency == CosmoIssuanceRequest.pointsCurrency ? program.pointsLimits : program.valueLimits
        let request = CosmoIssuanceRequest(
            programID: program.id, value: value ?? max(1, limits.minimumWhole), currency: currency, account: account,
            referenceNumber: "doctor-" + Hexadecimal.encode(randomBytes(count: 12)))
        guard limits.contains(Decimal(request.value)) else {
            report.add(
                .failure(
                    subject, "\(request.value) is outside the partnership's limits",
                    remedy: "give another --value, or leave it out"))
            return
        }
        let place =
            client.configuration.environment == .production ? "REAL points that cannot be taken back" : "sandbox points"
        say("reference \(request.referenceNumber): \(request.value) \(currency) to \(account), \(place)")
        try confirm("Issue \(place) for \(request.value) \(currency) with \(program.id)?", yes: confirmed)
        do {
            let answer = try await client.issue(request)
            report.add(.ok(subject, "\(answer.totalPoints) points, transaction \(answer.id)"))
            await readBack("by id", answer.id, request, answer)
            if client.configuration.referenceLookupEnabled {
                await readBack("by reference", request.referenceNumber, request, answer)
            }
        } catch {
            let remedy =
                error.outcome == .unknown
                ? "it may have been issued: look for the reference \(request.referenceNumber) in Cosmo's portal "
                    + "before another try"
                : CosmoCheck.remedy(error)
            report.add(.failure(subject, error.description, remedy: remedy))
        }
    }

    private func readBack(
        _ way: String, _ key: String, _ request: CosmoIssuanceRequest, _ answer: CosmoIssuanceAnswer
    ) async {
        let subject = "read back \(way)"
        do {
            guard let transaction = try await client.transaction(key) else {
                report.add(
                    .failure(
                        subject, "Cosmo does not know it",
                        remedy: way == "by id"
                            ? "ask Cosmo when a transaction can be read"
                            : "switch the lookup by reference off, or ask Cosmo about it"))
                return
            }
            let differences = Self.differences(transaction, request, answer)
            report.add(
                differences.isEmpty
                    ? .ok(subject, "the same transaction")
                    : .failure(
                        subject, "other than what was issued: \(differences.joined(separator: ", "))",
                        remedy: "do not go live: ask Cosmo about transaction \(answer.id)"))
        } catch {
            report.add(.failure(subject, error.description, remedy: CosmoCheck.remedy(error)))
        }
    }

    /// What Cosmo says of the transaction that is not what was asked; what it leaves out is no difference.
    static func differences(
        _ transaction: CosmoTransaction, _ request: CosmoIssuanceRequest, _ answer: CosmoIssuanceAnswer
    ) -> [String] {
        var differences: [String] = []
        if transaction.id != answer.id { differences.append("id") }
        if let reference = transaction.referenceNumber, reference != request.referenceNumber {
            differences.append("referenceNumber")
        }
        if let points = transaction.totalPoints, points != answer.totalPoints { differences.append("totalPoints") }
        if let program = transaction.programID, program != request.programID { differences.append("programId") }
        if let account = transaction.account, !account.agrees(with: request.account) {
            differences.append("destinationAccount")
        }
        return differences
    }

    /// To standard error, so that `--json` stays JSON.
    private func say(_ text: String) {
        FileHandle.standardError.write(Data((TextTable.printable(text) + "\n").utf8))
    }
}
