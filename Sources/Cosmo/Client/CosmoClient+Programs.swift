package import Foundation
import Logging
import OutgoingHTTP

extension CosmoClient {
    /// The partner programs that may be issued to (contract section 4.2).
    package func programs() async throws(CosmoError) -> [CosmoProgram] {
        let answer = try await call(.programs, method: .get, url: configuration.apiBaseURL + "/programs")
        guard let elements = JSONTree.parse(answer.body)?.array else {
            throw malformed(.programs, answer, "the answer is not an array")
        }
        var programs: [CosmoProgram] = []
        for element in elements {
            guard let program = CosmoProgram(element) else {
                throw malformed(.programs, answer, "a program has no id, or a price or limit is not a number")
            }
            if program.hasZeroMaximum(in: element) {
                logger.debug("a maximum of 0 is read as no maximum", metadata: ["program_id": "\(program.id)"])
            }
            programs.append(program)
        }
        return programs
    }

    /// Which identifiers a program needs in an account (contract section 4.3).
    package func fields(programID: String) async throws(CosmoError) -> CosmoProgramFields {
        let path = "/programs/\(try segment(programID, call: .fields))/fields"
        let answer = try await call(.fields, method: .get, url: configuration.apiBaseURL + path)
        guard let json = JSONTree.parse(answer.body), let fields = CosmoProgramFields(json) else {
            throw malformed(.fields, answer, "the fields have a shape the contract does not know")
        }
        return fields
    }

    /// Whether a program knows an account (contract section 4.4).
    package func validateMember(programID: String, account: CosmoAccount) async throws(CosmoError) -> Bool {
        let masked = account.fields.mapValues(Redaction.mask)
        return try await countingRefusals(of: account) { () async throws(CosmoError) in
            try await validateMember(programID: programID, account: account, masked: masked)
        }
    }

    private func validateMember(
        programID: String, account: CosmoAccount, masked: [String: String]
    ) async throws(CosmoError) -> Bool {
        try await audited(
            .validateMember, programID: programID, requestSummary: CosmoRequestBodies.text(masked)
        ) { () async throws(CosmoError) in
            try requireSendable(account, call: .validateMember)
            let path = "/programs/\(try segment(programID, call: .validateMember))/validate-member"
            let answer = try await call(
                .validateMember, method: .post, url: configuration.apiBaseURL + path,
                json: try CosmoRequestBodies.json(account.fields, call: .validateMember),
                personal: Array(account.fields.values))
            guard let isValid = JSONTree.parse(answer.body)?["isValid"]?.bool else {
                throw malformed(.validateMember, answer, "isValid is missing or not a boolean")
            }
            if !isValid { CosmoMetrics.countRefusedDestination("NOT_A_MEMBER", account: account) }
            return Audited(value: isValid, status: answer.status, summary: #"{"isValid":\#(isValid)}"#)
        }
    }

    /// The points a value would buy now (contract section 5.1).
    package func preview(programID: String, value: Int64) async throws(CosmoError) -> Decimal {
        let body = CosmoRequestBodies.Preview(programId: programID, value: value)
        return try await audited(
            .preview, programID: programID, requestSummary: CosmoRequestBodies.text(body)
        ) { () async throws(CosmoError) in
            guard value > 0 else { throw CosmoError(call: .preview, kind: .refused, reason: .invalidValue) }
            let answer = try await call(
                .preview, method: .post, url: configuration.apiBaseURL + "/transactions/preview",
                json: try CosmoRequestBodies.json(body, call: .preview))
            guard let points = JSONTree.parse(answer.body)?["totalPoints"]?.decimal, points >= 0 else {
                throw malformed(.preview, answer, "totalPoints is missing or not a number")
            }
            return Audited(value: points, status: answer.status, summary: #"{"totalPoints":\#(points)}"#)
        }
    }
}

extension CosmoProgram {
    /// Reads one element of the list; nil without an id, or when a price or limit is there but is not a number.
    init?(_ json: JSONTree) {
        guard let id = json["id"]?.identifier else { return nil }
        var isReadable = true
        func number(_ name: String) -> Decimal? {
            guard let value = json.first(of: name) else { return nil }
            guard let decimal = value.decimal else {
                isReadable = false
                return nil
            }
            return decimal
        }
        self.init(
            id: id,
            name: json["name"]?.string ?? id,
            businessName: json["businessName"]?.string,
            logoURL: json["logo"]?.string,
            industry: json["industry"]?.string,
            termsAndConditionsURL: json["termsAndConditionsUrl"]?.string,
            brandDescription: json["brandDescription"]?.string,
            programCurrency: json.first(of: "programCurrency", "currency")?.string,
            localCurrency: json.first(of: "localCurrency", "currency")?.string,
            pricePerPointInUSD: number("pricePerPointInUsd"),
            pricePerPoint: number("pricePerPoint"),
            pricePerPointInLocalCurrency: number("pricePerPointInLocalCurrency"),
            pointsLimits: CosmoLimits(minimum: number("minAmountOfPoints"), maximum: number("maxAmountOfPoints")),
            valueLimits: CosmoLimits(minimum: number("minValue"), maximum: number("maxValue")))
        guard isReadable else { return nil }
    }

    fileprivate func hasZeroMaximum(in json: JSONTree) -> Bool {
        json["maxAmountOfPoints"]?.decimal == 0 || json["maxValue"]?.decimal == 0
    }
}
