/// Which Cosmo this process talks to (contract section 1).
package enum CosmoEnvironment: String, Sendable, Hashable, CaseIterable {
    /// Points are simulated and nothing is billed.
    case sandbox
    /// Points are real, permanent and billable; sandbox-only member ids are refused before they are sent.
    case production
}
