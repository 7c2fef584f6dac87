public import Cosmo
public import PostgreSQL
import Rewards

/// A card's preference at one version, as callers see it.
public struct PreferencesSnapshot: Sendable, Hashable {
    /// The card.
    public let cardID: String
    /// The version; 0 before the first link.
    public let version: Int64
    /// From when it counts.
    public let effectiveAt: PostgresTimestamp
    /// The links, in the order of their programs' bytes.
    public let links: [Link]

    /// One program of the preference.
    public struct Link: Sendable, Hashable {
        /// The program.
        public let programID: String
        /// Where its points go.
        public let account: CosmoAccount
        /// Its share is this over the sum of all parts.
        public let parts: Int
        /// What the check of the account has shown; nil in a past version.
        public let check: Check?

        /// Makes a link.
        public init(programID: String, account: CosmoAccount, parts: Int, check: Check? = nil) {
            self.programID = programID
            self.account = account
            self.parts = parts
            self.check = check
        }
    }

    /// The state of a link's check.
    public struct Check: Sendable, Hashable {
        /// What it has shown.
        public let validity: LinkValidity
        /// Why, when it is not valid.
        public let reason: String?
        /// When the account was last checked.
        public let checkedAt: PostgresTimestamp?
        /// Why the pair waits for a decision; nil when it does not.
        public let heldReason: HeldReason?
        /// Until when nothing is issued for the pair, while it is held; nil when nothing waits.
        public let waitsUntil: PostgresTimestamp?

        /// Whether the pair waits for a decision.
        public var isHeld: Bool { heldReason != nil }

        /// Makes a state.
        public init(
            validity: LinkValidity, reason: String?, checkedAt: PostgresTimestamp?, heldReason: HeldReason? = nil,
            waitsUntil: PostgresTimestamp? = nil
        ) {
            self.validity = validity
            self.reason = reason
            self.checkedAt = checkedAt
            self.heldReason = heldReason
            self.waitsUntil = waitsUntil
        }
    }

    /// Makes a snapshot.
    public init(cardID: String, version: Int64, effectiveAt: PostgresTimestamp, links: [Link]) {
        self.cardID = cardID
        self.version = version
        self.effectiveAt = effectiveAt
        self.links = links
    }

    init(
        cardID: String, version: Int64, effectiveAt: PostgresTimestamp, state: PreferenceState, rows: [String: LinkRow]
    ) {
        self.init(
            cardID: cardID, version: version, effectiveAt: effectiveAt,
            links: state.links.map { link in
                let row = rows[link.programID]
                return Link(
                    programID: link.programID, account: link.account, parts: link.parts,
                    check: row.map {
                        Check(
                            validity: $0.validity, reason: $0.validityReason, checkedAt: $0.validityCheckedAt,
                            heldReason: $0.heldReason, waitsUntil: $0.waitsUntil)
                    })
            })
    }
}
