import Rewards

/// What can keep a spend from being recorded exactly as it was previewed.
package enum PreviewChange: String, Sendable, Hashable, CaseIterable {
    /// The spend is recorded already, and otherwise than previewed.
    case recordedOtherwise = "RECORDED_OTHERWISE"
    /// Its authorisation pins no more, or the rule for late clearings has changed.
    case authorization = "AUTHORIZATION"
    /// Another version of the card's preference applies.
    case preference = "PREFERENCE"
    /// A spend of the card came before, so the shares fall otherwise.
    case earlierSpend = "EARLIER_SPEND"
    /// A program's plugin or its configuration was changed.
    case pluginConfiguration = "PLUGIN_CONFIGURATION"
    /// What a program has given in the period was moved by a spend or a refund.
    case periodTotal = "PERIOD_TOTAL"
    /// The service's own rules, such as where a refused amount goes.
    case serviceRules = "SERVICE_RULES"

    /// For people.
    var words: String {
        switch self {
        case .recordedOtherwise: "the spend was recorded without this preview"
        case .authorization: "the authorisation"
        case .preference: "the card's preference"
        case .earlierSpend: "an earlier spend of the card"
        case .pluginConfiguration: "a plugin's configuration"
        case .periodTotal: "a period total"
        case .serviceRules: "the service's rules"
        }
    }
}

extension SpendingError {
    /// **Guarantees** Names each change, in words and by its constant.
    static func previewChanged(_ changes: [PreviewChange]) -> SpendingError {
        let isRecorded = changes.contains(.recordedOtherwise)
        let named = changes.map { "\($0.words) (\($0.rawValue))" }.joined(separator: ", ")
        return SpendingError(
            .previewChanged,
            isRecorded
                ? "changed since the preview: \(named); read it with GetSpend"
                : "changed since the preview: \(named); nothing was done: preview the spend again",
            field: "preview_token", outcome: isRecorded ? .applied : .notApplied, previewChanges: changes)
    }
}
