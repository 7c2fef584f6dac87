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

    static let notFound = WalletRefusal(
        code: .notFound, message: "nothing is served here: see /openapi.yaml")
    static let pathUnreadable = WalletRefusal(.badRequest, "the path must be percent-encoded UTF-8")
    static let targetTooLong = WalletRefusal(.badRequest, "the path and query are too long", status: 414)
    /// The time limit passed with nothing known about the effect.
    static let tookTooLong = unavailable("the answer took too long")

    static func methodNotAllowed(_ allow: String) -> WalletRefusal {
        var refusal = WalletRefusal(.methodNotAllowed, "this path takes another method: see Allow")
        refusal.allow = allow
        return refusal
    }

    static func rateLimited(retryAfterSeconds: Int) -> WalletRefusal {
        var refusal = WalletRefusal(
            .rateLimited, "too many requests with this credential: wait as Retry-After says")
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
    private static func notDone(_ what: String) -> WalletRefusal {
        var refusal = WalletRefusal(
            status: 503, code: WalletError.Reason.internalFault.rawValue,
            message: "\(what), and nothing was changed: send the request again")
        refusal.retryAfterSeconds = 1
        return refusal
    }

    private static let ourFault = WalletRefusal(
        code: .internalFault, message: "a fault of ours: report it with the X-Request-Id of this answer")

    /// A database error, by what it is over every door. The contract has one code for all of them.
    ///
    /// What is worth another try is a 503, since the contract's clients retry only 429 and 5xx.
    init(_ fault: DatabaseFault) {
        switch (fault.reason, fault.outcome) {
        case (.invalidArgument, _): self.init(validation: fault.message)
        case (.internalFault, _): self = Self.ourFault
        case (.contention, _): self = Self.notDone("another request has locked a row that this one needs")
        case (_, .notApplied): self = Self.notDone("the database cannot take it now")
        case (_, .unknown), (_, .applied): self = Self.unavailable("the database did not answer")
        }
    }

    static let bodyEncoded = WalletRefusal(.badRequest, "the body has a Content-Encoding: send it plain", status: 415)

    /// A refusal of the room in the words of this door.
    init(_ error: WalletError) {
        self.init(code: error.reason, message: error.words.text(\.name))
    }

    /// A part of the request that has the wrong form.
    init(validation message: String) {
        self.init(code: .validation, message: message)
    }

    /// A refusal of the door's own; some of one code differ in their status.
    init(_ reason: WalletDoorReason, _ message: String, status: Int? = nil) {
        self.init(status: status ?? reason.httpStatus, code: reason.rawValue, message: message)
    }

    private init(code: WalletError.Reason, message: String) {
        self.init(status: code.httpStatus, code: code.rawValue, message: message)
    }

    init(_ refusal: BodyReading.Refusal, bytesMax: Int) {
        switch refusal {
        case .tooLarge: self.init(.payloadTooLarge, "the body must be at most \(bytesMax) bytes")
        case .tooSlow: self.init(.badRequest, "the body did not arrive in time", status: 408)
        case .malformed: self.init(.badRequest, "the chunks of the body are not valid HTTP/1.1")
        // As reverse proxies count it; nobody is there to read it.
        case .hungUp: self.init(.badRequest, "the client hung up", status: 499)
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
        case is CancellationError: self = Self.unavailable("the call ended before an answer was there")
        default: self = Self.ourFault
        }
    }
}
