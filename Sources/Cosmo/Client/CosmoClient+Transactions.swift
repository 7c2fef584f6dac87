import Foundation
import OutgoingHTTP

extension CosmoClient {
    /// Issues points (contract section 5.2).
    package func issue(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer {
        try await countingRefusals(of: request.account) { () async throws(CosmoError) in
            try await send(request)
        }
    }

    private func send(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer {
        let summary = CosmoRequestBodies.text(
            Self.body(request, fields: request.account.fields.mapValues(Redaction.mask)))
        return try await audited(
            .issuance, programID: request.programID, referenceNumber: request.referenceNumber, requestSummary: summary
        ) { () async throws(CosmoError) in
            try requireIssuable(request)
            let answer = try await call(
                .issuance, method: .post, url: configuration.apiBaseURL + "/transactions",
                json: try CosmoRequestBodies.json(Self.body(request, fields: request.account.fields), call: .issuance),
                personal: Array(request.account.fields.values))
            guard let json = JSONTree.parse(answer.body),
                let id = json.first(of: "id", "transactionId")?.storableIdentifier,
                let points = json["totalPoints"]?.decimal, points >= 0
            else {
                throw malformed(.issuance, answer, "id or totalPoints is missing")
            }
            let reference = json["referenceNumber"]?.identifier
            guard reference == nil || reference == request.referenceNumber else {
                throw malformed(.issuance, answer, "the answer is about another reference number")
            }
            let issued = CosmoIssuanceAnswer(
                id: id, totalPoints: points, referenceNumber: reference, date: json["date"]?.identifier)
            let summary = CosmoRequestBodies.text(["id": id, "totalPoints": points.description])
            return Audited(value: issued, status: answer.status, summary: summary)
        }
    }

    /// Reads a transaction by Cosmo's id or our reference (contract section 5.3).
    package func transaction(_ idOrReference: String) async throws(CosmoError) -> CosmoTransaction? {
        let path = "/transactions/\(try segment(idOrReference, call: .transaction))"
        let answer: CosmoTransport.Answer
        do {
            answer = try await call(.transaction, method: .get, url: configuration.apiBaseURL + path)
        } catch {
            if error.status == 404 { return nil }
            throw error
        }
        guard let json = JSONTree.parse(answer.body) else {
            throw malformed(.transaction, answer, "the answer is not JSON")
        }
        // One page of the public documents says a list, another one element; a list of one is the same answer.
        let element = json.array?.first ?? json
        if json.array?.isEmpty == true { return nil }
        guard let transaction = CosmoTransaction(element) else {
            throw malformed(.transaction, answer, "the transaction has no id or unreadable points")
        }
        return transaction
    }

    /// Lists transactions created within an interval (contract section 5.4).
    package func transactions(
        fromSeconds: Int64, toSeconds: Int64, programID: String?
    ) async throws(CosmoError) -> [CosmoTransaction] {
        guard configuration.intervalLookupEnabled else {
            throw CosmoError(
                call: .transactions, kind: .refused, reason: .notConfigured, excerpt: "intervalLookupEnabled is off")
        }
        var query = [("startDate", String(fromSeconds)), ("endDate", String(toSeconds))]
        if let programID { query.append(("programId", programID)) }
        let url = "\(configuration.apiBaseURL)\(configuration.intervalPath)?\(PercentEncoding.form(query))"
        let answer = try await call(.transactions, method: .get, url: url)
        guard let elements = JSONTree.parse(answer.body)?.array else {
            throw malformed(.transactions, answer, "the answer is not an array")
        }
        var transactions: [CosmoTransaction] = []
        for element in elements {
            guard let transaction = CosmoTransaction(element) else {
                throw malformed(.transactions, answer, "a transaction has no id or unreadable points")
            }
            transactions.append(transaction)
        }
        return transactions
    }

    /// Looks for a transaction of ours, by reference and then in the listing, as far as each is configured.
    package func findTransaction(
        referenceNumber: String, programID: String?, fromSeconds: Int64, toSeconds: Int64
    ) async throws(CosmoError) -> CosmoTransaction? {
        guard configuration.referenceLookupEnabled || configuration.intervalLookupEnabled else {
            throw CosmoError(
                call: .transaction, kind: .refused, reason: .notConfigured,
                excerpt: "referenceLookupEnabled and intervalLookupEnabled are both off")
        }
        if configuration.referenceLookupEnabled, let found = try await transaction(referenceNumber),
            found.referenceNumber == nil || found.referenceNumber == referenceNumber
        {
            return found
        }
        guard configuration.intervalLookupEnabled else { return nil }
        let listed = try await transactions(fromSeconds: fromSeconds, toSeconds: toSeconds, programID: programID)
        return listed.first { $0.referenceNumber == referenceNumber }
    }

    /// Refuses what Cosmo could only refuse, before anything is sent.
    private func requireIssuable(_ request: CosmoIssuanceRequest) throws(CosmoError) {
        func refuse(_ reason: CosmoError.Reason) -> CosmoError {
            .init(call: .issuance, kind: .refused, reason: reason)
        }
        _ = try segment(request.programID, call: .issuance)
        guard request.value > 0 else { throw refuse(.invalidValue) }
        guard CosmoIssuanceRequest.isReferenceNumber(request.referenceNumber) else { throw refuse(.invalidReference) }
        let isCode = request.currency.utf8.count == 3 && request.currency.utf8.allSatisfy { (65...90).contains($0) }
        guard isCode || request.isExactPoints else { throw refuse(.invalidCurrency) }
        guard configuration.pointsModeEnabled || !request.isExactPoints else { throw refuse(.pointsModeDisabled) }
        try requireSendable(request.account, call: .issuance)
    }

    private static func body(_ request: CosmoIssuanceRequest, fields: [String: String]) -> CosmoRequestBodies.Issuance {
        .init(
            programId: request.programID, value: request.value, currency: request.currency, destinationAccount: fields,
            referenceNumber: request.referenceNumber, description: request.description)
    }
}
