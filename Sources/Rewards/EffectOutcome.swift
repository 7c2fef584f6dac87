/// What has happened to the thing that was asked for (I-12).
public enum EffectOutcome: String, Sendable, Hashable, CaseIterable {
    /// It was done.
    case applied
    /// It was not done.
    case notApplied = "not_applied"
    /// It may or may not have been done; repeating the same call is safe and gives the outcome.
    case unknown
}
