import Synchronization

/// The tokens the sandbox has given out: kept in memory, so a restart ends them all as an expiry would.
final class TokenDesk: Sendable {
    enum Kind: Sendable, Hashable {
        case api
        case widget(SandboxWidgetKind, sourceUserID: String?)
    }

    private struct Entry {
        let kind: Kind
        let endsAt: ContinuousClock.Instant
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Gives out a token.
    func issue(_ kind: Kind, lifetimeSeconds: Int) -> String {
        let now = ContinuousClock().now
        let token = SandboxCore.freshID(kind == .api ? "api_" : "widget_")
        entries.withLock { entries in
            if entries.count > 10_000 { entries = entries.filter { $0.value.endsAt > now } }
            entries[token] = Entry(kind: kind, endsAt: now + .seconds(lifetimeSeconds))
        }
        return token
    }

    /// What a token is good for, nil when it is unknown or has ended.
    func kind(of token: some StringProtocol) -> Kind? {
        guard let entry = entries.withLock({ $0[String(token)] }), entry.endsAt > ContinuousClock().now else {
            return nil
        }
        return entry.kind
    }

    /// Ends every token.
    func revokeAll() { entries.withLock { $0.removeAll() } }
}
