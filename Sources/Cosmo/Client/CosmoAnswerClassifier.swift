import Foundation

/// Turns an answer that is not 2xx into an error, by status alone as far as possible (contract section 6).
struct CosmoAnswerClassifier: Sendable {
    let duplicateStatuses: Set<Int>
    let duplicateMarkers: [String]
    let rateLimitedIssuanceIsNotApplied: Bool

    init(_ configuration: CosmoConfiguration) {
        duplicateStatuses = configuration.duplicateReferenceStatuses
        duplicateMarkers = configuration.duplicateReferenceMarkers.map { $0.lowercased() }
        rateLimitedIssuanceIsNotApplied = configuration.rateLimitedIssuanceIsNotApplied
    }

    /// The error that an answer means; `personal` are the values its excerpt must not repeat.
    func error(_ answer: CosmoTransport.Answer, call: CosmoCall, personal: [String]) -> CosmoError {
        let message = Self.message(answer.body)
        let (kind, reason) = classify(answer.status, call: call, message: message)
        let isRateLimitCertain = kind == .rateLimited && rateLimitedIssuanceIsNotApplied
        return CosmoError(
            call: call, kind: kind, reason: reason, status: answer.status, retryAfter: answer.retryAfter,
            excerpt: Redaction.excerpt(message, hiding: personal), outcome: isRateLimitCertain ? .notApplied : nil)
    }

    private func classify(
        _ status: Int, call: CosmoCall, message: String
    ) -> (kind: CosmoError.Kind, reason: CosmoError.Reason) {
        if call == .issuance, duplicateStatuses.contains(status) { return (.duplicateReference, .duplicateReference) }
        switch status {
        case 400, 422:
            let words = message.lowercased()
            // A last resort: a duplicate that only the text names leads to a read by reference, which does no harm when
            // wrong.
            if call == .issuance, duplicateMarkers.contains(where: words.contains) {
                return (.duplicateReference, .duplicateReference)
            }
            return (.refused, .invalidRequest)
        case 401: return (.refused, .tokenRefused)
        case 403: return (.refused, .noPartnership)
        case 404: return (.refused, .unknownProgram)
        case 408: return (.unknown, .timedOut)
        case 429: return (.rateLimited, .rateLimited)
        case 400..<500: return (.refused, .refused)
        case 500...: return (.unknown, .serverError)
        default: return (.unknown, .unexpectedStatus)
        }
    }

    /// The words of an error body: `message` of the usual envelope, a string or a list; otherwise the text itself.
    private static func message(_ body: [UInt8]) -> String {
        guard let json = JSONTree.parse(body) else { return String(decoding: body.prefix(2048), as: UTF8.self) }
        if let list = json["message"]?.array { return list.compactMap(\.string).joined(separator: "; ") }
        return json["message"]?.string ?? json["error"]?.string ?? ""
    }
}

extension CosmoTransport.Answer {
    /// What `Retry-After` asks for (RFC 9110 section 10.2.3), as seconds or as a date, between nothing and a day.
    var retryAfter: Duration? {
        guard let text = retryAfterText else { return nil }
        if let seconds = Int64(text) { return .seconds(min(max(seconds, 0), 86_400)) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = format.date(from: text) else { return nil }
        return .seconds(Int64(min(max(date.timeIntervalSinceNow, 0), 86_400)))
    }
}
