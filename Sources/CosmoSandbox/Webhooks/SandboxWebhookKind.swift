/// The two kinds of webhook (contract section 8.1).
package enum SandboxWebhookKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A transaction completed.
    case transaction
    /// A user linked, edited or removed a program.
    case programConnection
}
