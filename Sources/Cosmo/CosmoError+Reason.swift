extension CosmoError {
    /// The stable reasons of `CosmoError`, each with the advice an operator needs.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Cosmo answered 400 or 422.
        case invalidRequest = "COSMO_INVALID_REQUEST"
        /// Cosmo answered 401 to a fresh token.
        case tokenRefused = "COSMO_TOKEN_REFUSED"
        /// Cosmo answered 403.
        case noPartnership = "COSMO_NO_PARTNERSHIP"
        /// Cosmo answered 404 to a call about a program.
        case unknownProgram = "COSMO_UNKNOWN_PROGRAM"
        /// Cosmo answered another 4xx.
        case refused = "COSMO_REFUSED"
        /// An answer that is neither 2xx nor an error, such as a redirect, which is never followed.
        case unexpectedStatus = "COSMO_UNEXPECTED_STATUS"
        /// The token call was refused.
        case credentialsRefused = "COSMO_CREDENTIALS_REFUSED"
        /// The token call gave no usable answer.
        case tokenUnavailable = "COSMO_TOKEN_UNAVAILABLE"
        /// No connection could be opened.
        case connectionFailed = "COSMO_CONNECTION_FAILED"
        /// The connection ended before the answer was complete.
        case connectionLost = "COSMO_CONNECTION_LOST"
        /// No answer in time.
        case timedOut = "COSMO_TIMED_OUT"
        /// The caller stopped waiting.
        case cancelled = "COSMO_CANCELLED"
        /// Cosmo answered 5xx.
        case serverError = "COSMO_SERVER_ERROR"
        /// Cosmo answered 429.
        case rateLimited = "COSMO_RATE_LIMITED"
        /// The reference number was used before.
        case duplicateReference = "COSMO_DUPLICATE_REFERENCE"
        /// A 2xx answer of an unknown shape.
        case malformedAnswer = "COSMO_MALFORMED_ANSWER"
        /// An answer beyond the configured size.
        case answerTooLarge = "COSMO_ANSWER_TOO_LARGE"
        /// A production client was asked to send an id that exists in the sandbox only.
        case sandboxOnlyAccount = "COSMO_SANDBOX_ONLY_ACCOUNT"
        /// The account names nobody.
        case accountMissing = "COSMO_ACCOUNT_MISSING"
        /// The reference number does not fit the agreed form.
        case invalidReference = "COSMO_INVALID_REFERENCE"
        /// The value is not a positive integer.
        case invalidValue = "COSMO_INVALID_VALUE"
        /// The currency is neither three upper-case letters nor `POINTS`.
        case invalidCurrency = "COSMO_INVALID_CURRENCY"
        /// Exact-points issuance is switched off for this organisation.
        case pointsModeDisabled = "COSMO_POINTS_MODE_DISABLED"
        /// An id that cannot be part of a path.
        case invalidIdentifier = "COSMO_INVALID_IDENTIFIER"
        /// The configuration has no way to do what was asked.
        case notConfigured = "COSMO_NOT_CONFIGURED"

        /// The reasons for which a call is refused because of its destination account, or may be.
        package static let ofDestinations: [Reason] = [.invalidRequest, .sandboxOnlyAccount, .accountMissing]

        /// What happened and what to do, in one sentence.
        package var advice: String {
            switch self {
            case .invalidRequest: "Cosmo found the request wrong; check the account's fields and the program's limits"
            case .tokenRefused: "Cosmo refused a fresh token; check that the account may use this environment"
            case .noPartnership: "there is no active partnership with the program; enable it in Cosmo's portal"
            case .unknownProgram: "Cosmo does not know the program; refresh the catalogue and check the program's id"
            case .refused: "Cosmo refused the request; see the status"
            case .unexpectedStatus: "the answer is neither a success nor an error; check the configured address"
            case .credentialsRefused: "Cosmo refused the client id or secret; check them for this environment"
            case .tokenUnavailable: "no token could be fetched; the next call tries again"
            case .connectionFailed: "no connection to Cosmo; check the address and the network"
            case .connectionLost:
                "the connection ended before the answer; after an issuance call, read it by its reference"
            case .timedOut: "no answer in time; after an issuance call, read the transaction by its reference"
            case .cancelled: "the caller stopped waiting"
            case .serverError: "Cosmo failed; after an issuance call, read the transaction by its reference"
            case .rateLimited: "Cosmo asks to slow down; wait before trying again"
            case .duplicateReference: "the reference was used before; read it and compare program, value and account"
            case .malformedAnswer: "Cosmo's answer has an unknown shape; compare it with docs/cosmo.md"
            case .answerTooLarge: "Cosmo's answer is larger than configured"
            case .sandboxOnlyAccount: "this member id exists in the sandbox only and is never sent in production"
            case .accountMissing: "the account has no identifier; link the program with the fields it requires"
            case .invalidReference: "a reference number is 1 to 64 characters of A-Z a-z 0-9 _ -"
            case .invalidValue: "the value must be a positive integer"
            case .invalidCurrency: "the currency must be three upper-case letters or POINTS"
            case .pointsModeDisabled: "issuing exact points is switched off; issuance by value or have Cosmo enable it"
            case .invalidIdentifier: "the id is empty or cannot be part of a path"
            case .notConfigured: "the configuration does not support this"
            }
        }
    }
}
