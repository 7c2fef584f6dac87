/// Why a refund cannot be worked out; then nothing may move.
public struct TakebackError: ReasonedError, Hashable {
    /// The kinds of refusal.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A refunded total is below zero or above the spend's amount.
        case refundOutOfRange = "REFUND_OUT_OF_RANGE"
        /// The stored decision does not follow from its own certificate, so no part of it can be trusted.
        case decisionNotReproduced = "DECISION_NOT_REPRODUCED"
        /// The plugin that the decision pinned, in its version and configuration, is not at hand.
        case pluginUnavailable = "PLUGIN_UNAVAILABLE"
        /// The pinned plugin gives no answer about the smaller amount.
        case pluginFailed = "PLUGIN_FAILED"
        /// The pinned plugin answers otherwise than it did, or earns less on more.
        case pluginContradictsItself = "PLUGIN_CONTRADICTS_ITSELF"
    }

    /// What is wrong.
    public let kind: Kind
    /// The program whose plugin is at fault, or nil.
    public let programID: String?
    /// The plugin's own reason, when it failed.
    public let faultReason: String?

    /// The stable reason.
    public var reason: String { kind.rawValue }

    /// What to do about it, for people.
    public var description: String {
        switch kind {
        case .refundOutOfRange: "no more can be refunded than was cleared, and no less than nothing"
        case .decisionNotReproduced: "the stored decision does not follow from its certificate: run verify"
        case .pluginUnavailable:
            "this build does not hold the plugin that decided the spend: run the release that does, then retry"
        case .pluginFailed: "the plugin that decided the spend fails on the smaller amount: fix it, then retry"
        case .pluginContradictsItself:
            "the plugin that decided the spend now answers otherwise: restore its version, then retry"
        }
    }

    init(_ kind: Kind, programID: String? = nil, faultReason: String? = nil) {
        self.kind = kind
        self.programID = programID
        self.faultReason = faultReason
    }
}
