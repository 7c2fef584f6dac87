/// A call the sandbox refuses, by cause; the status of a cause is a switch (contract section 6).
struct SandboxRefusal: Error, Sendable {
    enum Cause: String, Sendable, CaseIterable {
        case unauthorized
        case badCredentials
        case missingFields
        case invalidMember
        case valueLimit
        case pointsLimit
        case pointsModeDisabled
        case currencyMismatch
        case invalidProgram
        case noPartnership
        case duplicateReference
        case unknownTransaction
        case serverError
        case rateLimited

        var defaultStatus: Int {
            switch self {
            case .unauthorized, .badCredentials: 401
            case .missingFields, .invalidMember, .valueLimit, .pointsLimit, .pointsModeDisabled, .currencyMismatch: 400
            case .invalidProgram, .unknownTransaction: 404
            case .noPartnership: 403
            case .duplicateReference: 409
            case .serverError: 500
            case .rateLimited: 429
            }
        }

        var message: String {
            switch self {
            case .unauthorized: "Unauthorized"
            case .badCredentials: "Invalid client credentials"
            case .missingFields: "required fields are missing"
            case .invalidMember: "The destination member does not exist"
            case .valueLimit: "Transaction value limit exceeded"
            case .pointsLimit: "Transaction points limit exceeded"
            case .pointsModeDisabled: "Issuing an exact number of points is not enabled"
            case .currencyMismatch: "The currency is not the organisation's"
            case .invalidProgram: "Program not found"
            case .noPartnership: "There is no active partnership with the program"
            case .duplicateReference: "The reference number was used before"
            case .unknownTransaction: "Transaction not found"
            case .serverError: "Internal server error"
            case .rateLimited: "Too many requests"
            }
        }
    }

    let cause: Cause
    /// The single messages of a validation error; nil for the cause's own sentence.
    var messages: [String]?
    var retryAfterSeconds: Int?

    init(_ cause: Cause, messages: [String]? = nil, retryAfterSeconds: Int? = nil) {
        self.cause = cause
        self.messages = messages
        self.retryAfterSeconds = retryAfterSeconds
    }
}
