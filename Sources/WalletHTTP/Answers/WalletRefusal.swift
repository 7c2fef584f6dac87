import HTTPDoor
import PostgreSQL
import Rewards
import Wallet

/// A refusal as the door sends it: a status, the envelope of contract section 9.1, and the headers that go with it.
struct WalletRefusal: Error, Sendable, Equatable {
    let status: Int
    let code: String
    let message: String
    var retryAfterSeconds: Int?
    var allow: String?

    init(status: Int, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// `{"error":{"code":...,"message":...}}`.
    var json: JSONValue { ["error": ["code": .string(code), "message": .string(message)]] }

    static let notFound = WalletRefusal(WalletError(.notFound, "nothing is served here: see /openapi.yaml"))
    static let pathUnreadable = WalletRefusal(WalletError(.badRequest, "the path must be percent-encoded UTF-8"))
    static let targetTooLong = WalletRefusal(
        status: 414, code: WalletError.Reason.badRequest.rawValue, message: "the path and query are too long")
    /// The time limit passed with nothing known about the effect.
    static let tookTooLong = unavailable("the answer took too long")

    static func methodNotAllowed(_ allow: String) -> WalletRefusal {
        let reason = WalletDoorReason.methodNotAllowed
        var refusal = WalletRefusal(
            status: reason.httpStatus, code: reason.rawValue, message: "this path takes another method: see Allow")
        refusal.allow = allow
        return refusal
    }

    static func rateLimited(retryAfterSeconds: Int) -> WalletRefusal {
        var refusal = WalletRefusal(
            WalletError(.rateLimited, "too many requests with this credential: wait as Retry-After says"))
        refusal.retryAfterSeconds = retryAfterSeconds
        return refusal
    }

    /// A 503: repeating the same request with the same key is safe and gives the outcome (I-12).
    static func unavailable(_ what: String) -> WalletRefusal {
        var refusal = WalletRefusal(
            status: 503, code: WalletError.Reason.internalFault.rawValue,
            message: "\(what), and it may have taken effect: send the same request with the same Idempotency-Key again")
        refusal.retryAfterSeconds = 1
        return refusal
    }

    /// A 503 of a call that certainly had no effect (I-12).
    private static let notDone: WalletRefusal = {
        var refusal = WalletRefusal(
            status: 503, code: WalletError.Reason.internalFault.rawValue,
            message: "the database cannot take it now, and nothing was changed: send the request again")
        refusal.retryAfterSeconds = 1
        return refusal
    }()

    private static let ourFault = WalletRefusal(
        WalletError(.internalFault, "a fault of ours: report it with the X-Request-Id of this answer"))

    /// A database error, by what it is over every door. The contract has one code for all of them.
    init(_ fault: DatabaseFault) {
        switch (fault.reason, fault.outcome) {
        case (.internalFault, _): self = Self.ourFault
        case (_, .notApplied): self = Self.notDone
        case (_, .unknown), (_, .applied): self = Self.unavailable("the database did not answer")
        }
    }

    static let bodyEncoded = WalletRefusal(
        status: 415, code: WalletError.Reason.badRequest.rawValue,
        message: "the body has a Content-Encoding: send it plain")

    private static func bodyTooLarge(_ bytesMax: Int) -> WalletRefusal {
        WalletRefusal(WalletError(.payloadTooLarge, "the body must be at most \(bytesMax) bytes"))
    }

    init(_ error: WalletError) {
        self.init(status: error.reason.httpStatus, code: error.reason.rawValue, message: error.message)
    }

    init(_ refusal: BodyReading.Refusal, bytesMax: Int) {
        switch refusal {
        case .tooLarge: self = Self.bodyTooLarge(bytesMax)
        case .tooSlow:
            self.init(
                status: 408, code: WalletError.Reason.badRequest.rawValue, message: "the body did not arrive in time")
        case .malformed:
            self.init(
                status: 400, code: WalletError.Reason.badRequest.rawValue,
                message: "the chunks of the body are not valid HTTP/1.1")
        case .hungUp:
            // As reverse proxies count it; nobody is there to read it.
            self.init(
                status: 499, code: WalletError.Reason.badRequest.rawValue, message: "the client hung up")
        case .overloaded:
            self.init(
                status: 503, code: WalletError.Reason.internalFault.rawValue,
                message: "too many bodies are arriving, and nothing was changed: send the request again")
            retryAfterSeconds = 1
        }
    }

    /// What anything that a call threw is to the caller; whatever it does not know is ours, and said to be.
    init(of error: any Error) {
        switch error {
        case let error as WalletRefusal: self = error
        case let error as WalletError: self.init(error)
        case let error as PostgresError: self.init(DatabaseFault(error))
        default: self = Self.ourFault
        }
    }
}
