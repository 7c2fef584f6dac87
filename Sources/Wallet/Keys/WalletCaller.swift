import Rewards

/// Who acts on the wallet, as the credential says: the environment, and one member or the organisation.
package struct WalletCaller: Sendable, Hashable {
    /// Who it is.
    package enum Actor: Sendable, Hashable {
        /// The customer's backend, or an operator: may act for any member that it names.
        case organisation
        /// One member, by a member token.
        case member(externalUserID: String)

        /// Whether both are the same, a member's id byte for byte as the database compares it.
        package static func == (left: Actor, right: Actor) -> Bool {
            switch (left, right) {
            case (.organisation, .organisation): true
            case (.member(let left), .member(let right)): ExactText(left) == ExactText(right)
            default: false
            }
        }

        /// Hashes the bytes.
        package func hash(into hasher: inout Hasher) {
            if case .member(let id) = self { hasher.combine(ExactText(id)) }
        }
    }

    /// The world it acts in.
    package let environment: WalletEnvironment
    /// Who it is.
    package let actor: Actor

    /// Makes a caller; the RPC door and the command line, which authenticate in their own way, make theirs.
    package init(environment: WalletEnvironment, actor: Actor) {
        self.environment = environment
        self.actor = actor
    }

    /// The organisation in an environment.
    package static func organisation(_ environment: WalletEnvironment) -> WalletCaller {
        WalletCaller(environment: environment, actor: .organisation)
    }

    /// Refuses a member token on a server-mode call.
    ///
    /// **Errors** `FORBIDDEN`.
    package func requireOrganisation() throws(WalletError) {
        guard actor == .organisation else {
            throw WalletError(.forbidden, "this call takes an organisation's key, not a member token")
        }
    }

    /// The member a call is about (contract U10).
    ///
    /// - Parameter named: the member that the request names, if it names one.
    /// **Errors** `FORBIDDEN` when a member names another; `VALIDATION` when the organisation names nobody.
    package func subject(named: String?) throws(WalletError) -> String {
        switch actor {
        case .member(let own):
            guard named.map({ ExactText($0) == ExactText(own) }) ?? true else {
                throw WalletError(.forbidden, "a member token acts for its own member only")
            }
            return own
        case .organisation:
            guard let named else {
                throw WalletError(
                    .validation, "name the member in \(.externalUserID) when calling with an organisation's key",
                    field: .externalUserID)
            }
            return try WalletRule.externalUserID(named)
        }
    }

    /// The member of a call that has no way to name one, such as the wallet's own.
    ///
    /// **Errors** `FORBIDDEN` for the organisation.
    package func ownMember() throws(WalletError) -> String {
        guard case .member(let own) = actor else {
            throw WalletError(.forbidden, "this call takes a member token")
        }
        return own
    }

    /// Under which name this caller's idempotency keys are kept (contract U6): keys that are rotated share one.
    var idempotencyScope: String {
        switch actor {
        case .organisation: "org"
        case .member(let own): "member:" + own
        }
    }
}
