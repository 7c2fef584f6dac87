/// A call to Cosmo that gave no usable answer, classified by what it may have left behind (I-6, I-12).
///
/// | kind | applied? | what to do |
/// |---|---|---|
/// | `refused` | no | park it with its reason; the same call will be refused again |
/// | `notSent` | no | try again later |
/// | `rateLimited` | unknown for an issuance call, unless configured otherwise | wait `retryAfter`, then as `unknown` |
/// | `duplicateReference` | an earlier call with this reference was | read by reference and compare |
/// | `unknown` | unknown | read by reference; never send again blindly |
/// | `malformedAnswer` | most likely yes | as `unknown`; the answer was 2xx but unreadable |
///
/// **Guarantees**: no part of an error holds an account, a token or a secret.
package struct CosmoError: Error, Sendable, Hashable {
    /// What went wrong, as a decision needs it.
    package enum Kind: Sendable, Hashable {
        /// Permanently refused, by Cosmo or by this client before sending: definitely not applied.
        case refused
        /// Never reached Cosmo's API (no connection, no token): definitely not applied, worth another try.
        case notSent
        /// Cosmo asked for patience; see `retryAfter`.
        case rateLimited
        /// The reference number was used before.
        case duplicateReference
        /// Time-out, 5xx, 408 or a lost connection after the request may have left.
        case unknown
        /// A 2xx answer that cannot be read.
        case malformedAnswer
    }

    /// Whether the call took effect (I-12).
    package enum Outcome: String, Sendable, Hashable {
        /// Nothing was issued.
        case notApplied = "NOT_APPLIED"
        /// It is not known whether something was issued.
        case unknown = "UNKNOWN"
    }

    /// The call that failed.
    package let call: CosmoCall
    /// What went wrong, as a decision needs it.
    package let kind: Kind
    /// What went wrong, as a machine keeps it: upper snake case and stable.
    package let reason: Reason
    /// Whether the call took effect.
    package let outcome: Outcome
    /// The HTTP status of the answer, when there was one.
    package let status: Int?
    /// How long Cosmo asked to wait (`Retry-After`, with a 429 or a 503), at most a day.
    package let retryAfter: Duration?
    /// A short excerpt of Cosmo's own words with personal values taken out, or the transport's.
    package let excerpt: String

    /// Whether the same question may be answered later without anybody changing anything: credentials that are refused
    /// stay refused, although no call was carried out.
    package var isPassing: Bool { isTransient && reason != .credentialsRefused && reason != .notConfigured }

    /// Whether the same call may succeed later without anyone changing anything.
    ///
    /// For an issuance call this is permission to try again only when `outcome` is `notApplied`.
    package var isTransient: Bool {
        switch kind {
        case .refused, .duplicateReference: false
        case .notSent, .rateLimited, .unknown, .malformedAnswer: true
        }
    }

    /// Makes an error; `outcome` follows from the call and the kind unless it is given.
    ///
    /// A call without effect cannot leave anything behind, whatever happened to it.
    package init(
        call: CosmoCall, kind: Kind, reason: Reason, status: Int? = nil, retryAfter: Duration? = nil,
        excerpt: String = "", outcome: Outcome? = nil
    ) {
        self.call = call
        self.kind = kind
        self.reason = reason
        self.status = status
        self.retryAfter = retryAfter
        self.excerpt = excerpt
        switch kind {
        case .refused, .notSent: self.outcome = .notApplied
        case .rateLimited, .duplicateReference, .unknown, .malformedAnswer:
            self.outcome = outcome ?? (call.hasEffect ? .unknown : .notApplied)
        }
    }
}

extension CosmoError: CustomStringConvertible {
    /// The call, the stable reason, the status and what to do, without personal data.
    package var description: String {
        let status = status.map { ", HTTP \($0)" } ?? ""
        let words = excerpt.isEmpty ? "" : " (\(excerpt))"
        return "Cosmo \(call.rawValue): \(reason.rawValue)\(status), \(outcome.rawValue): \(reason.advice)\(words)"
    }
}
