/// How far webhooks may go.
package enum WebhookReach: String, Sendable, Hashable, CaseIterable {
    /// To public addresses only.
    case `public`
    /// In SANDBOX to private addresses too, and by plain http to the own machine.
    case sandbox
    /// To private addresses in both environments.
    case everywhere

    /// Whether an environment's webhooks may go to private addresses.
    package func allowsPrivate(in environment: WalletEnvironment) -> Bool {
        switch self {
        case .public: false
        case .sandbox: environment == .sandbox
        case .everywhere: true
        }
    }
}
