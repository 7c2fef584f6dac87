package import Cosmo
package import PostgreSQL
import Rewards

/// A card's preference at one version, as callers see it.
package struct PreferencesSnapshot: Sendable, Hashable {
    /// The card.
    package let cardID: String
    /// The version; 0 before the first link.
    package let version: Int64
    /// From when it counts.
    package let effectiveAt: PostgresTimestamp
    /// The links, in the order of their programs' bytes.
    package let links: [Link]

    /// One program of the preference.
    package struct Link: Sendable, Hashable {
        /// The program.
        package let programID: String
        /// Where its points go.
        package let account: CosmoAccount
        /// Its share is this over the sum of all parts.
        package let parts: Int
        /// What the check of the account has shown; nil in a past version.
        package let check: Check?

        /// Makes a link.
        package init(programID: String, account: CosmoAccount, parts: Int, check: Check? = nil) {
            self.programID = programID
            self.account = account
            self.parts = parts
            self.check = check
        }
    }

    /// The state of a link's check.
    package struct Check: Sendable, Hashable {
        /// What it has shown.
        package let validity: LinkValidity
        /// Why, when it is not valid.
        package let reason: String?
        /// When the account was last checked.
        package let checkedAt: PostgresTimestamp?
        /// Why the pair waits for a decision; nil when it does not.
        package let heldReason: HeldReason?
        /// Until when nothing is issued for the pair, while it is held; nil when nothing waits.
        package let waitsUntil: PostgresTimestamp?

        /// Whether the pair waits for a decision.
        package var isHeld: Bool { heldReason != nil }

        /// Makes a state.
        package init(
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
    package init(cardID: String, version: Int64, effectiveAt: PostgresTimestamp, links: [Link]) {
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
