/// Which of the two fully separate worlds a credential opens; never chosen by a URL or a parameter.
package enum WalletEnvironment: String, Sendable, Hashable, CaseIterable {
    /// For trying things out.
    case sandbox = "SANDBOX"
    /// For real members.
    case live = "LIVE"
}
