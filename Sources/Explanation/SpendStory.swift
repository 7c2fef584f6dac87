package import Issuance
package import PostgreSQL
package import Rewards
package import Spending

/// Everything that is known of one spend, read from the rooms in one snapshot: what its explanation is written from.
///
/// **Guarantees** Accounts are masked already; nothing else in it is personal.
package struct SpendStory: Sendable {
    /// The decision as it was made.
    package let decision: Decision
    /// When the spend was recorded.
    package let recordedAt: PostgresTimestamp
    /// Why it was decided under its version of the preference.
    package let attribution: Attribution
    /// How much of it is refunded now, in minor units.
    package let refundedMinor: Int64
    /// What of it is held now, in minor units.
    package internal(set) var heldNowMinor: Int64 = 0
    /// What became of what was held; nil while nothing has.
    package internal(set) var release: Release?
    /// The authorisation that the spend cleared, if any.
    package internal(set) var authorization: Authorization?
    /// The version that decided; nil for version 0, before the first link.
    package internal(set) var version: Version?
    /// The number of the version in force.
    package internal(set) var versionInForce: Int64
    /// The programs' names, by program.
    package internal(set) var names: [String: String] = [:]
    /// The configuration that each leg's plugin ran with, by program.
    package internal(set) var configurations: [String: Configuration] = [:]
    /// What legs that were parked have come to, by program.
    package internal(set) var settled: [String: Settled] = [:]
    /// What refunds did, step by step.
    package internal(set) var movements: [Movement] = []
    /// The positions that the spend earned into.
    package internal(set) var standings: [Standing] = []
    /// The issuances of those positions since.
    package internal(set) var issuances: [Issuance] = []
    /// What was taken back out of the wallet since, of the positions it earned into.
    package internal(set) var takenBack: [TakenBack] = []
    /// Whether there are more movements or issuances than are here.
    package internal(set) var isCut = false

    init(
        decision: Decision, recordedAt: PostgresTimestamp, attribution: Attribution, refundedMinor: Int64,
        versionInForce: Int64
    ) {
        self.decision = decision
        self.recordedAt = recordedAt
        self.attribution = attribution
        self.refundedMinor = refundedMinor
        self.versionInForce = versionInForce
    }
}

extension SpendStory {
    /// A version of the preference.
    package struct Version: Sendable {
        /// A program of it.
        package struct Link: Sendable {
            /// The program.
            package let programID: String
            /// Its share is this over the sum of all parts.
            package let parts: Int
            /// The account, of which a person recognises their own.
            package let maskedAccount: String
        }

        /// Its number.
        package let version: Int64
        /// What made it, as `PreferenceCause` writes it.
        package let cause: String
        /// The id of what made it.
        package let causeID: String
        /// From when it counts.
        package let effectiveAt: PostgresTimestamp
        /// When it was learnt.
        package let recordedAt: PostgresTimestamp
        /// Its programs.
        package let links: [Link]
    }

    /// The authorisation that the spend cleared.
    package struct Authorization: Sendable {
        /// Its id.
        package let authorizationID: String
        /// When the purchase was authorised.
        package let authorizedAt: PostgresTimestamp
        /// The version that it pins.
        package let preferenceVersion: Int64
        /// When it was reversed; nil when it was not.
        package let reversedAt: PostgresTimestamp?
    }

    /// A configuration that decided.
    package struct Configuration: Sendable {
        /// The configuration, as canonical JSON.
        package let json: String
        /// Who set it.
        package let setBy: String
        /// When.
        package let setAt: PostgresTimestamp
    }

    /// What a leg that was parked has come to.
    package struct Settled: Sendable {
        /// What it earned, in millionths of the unit.
        package let earnedMicro: Int64
        /// Whether the unit is points.
        package let unit: RewardUnit
        /// The configuration that decided it at last.
        package let configurationVersion: Int32
        /// The plugin's reason, if it gave one.
        package let reason: String?
    }

    /// One step of the spend's refunds.
    package struct Movement: Sendable {
        /// What it did to one leg.
        package struct Clawback: Sendable {
            /// The program.
            package let programID: String
            /// Whether it earns points.
            package let unit: RewardUnit
            /// What left the leg, in minor units.
            package let amountMinor: Int64
            /// What is no longer earned, in millionths of the unit.
            package let micro: Int64
            /// Whether it left a leg of the release.
            package var isOfRelease = false
        }

        /// The refund it belongs to.
        package let refundID: String
        /// As `SpendMovement` writes it.
        package let cause: String
        /// What was taken, in minor units; below zero what was put back.
        package let amountMinor: Int64
        /// How much of the spend was refunded after it.
        package let refundedAfterMinor: Int64
        /// The part of it that had earned nothing.
        package let excludedMinor: Int64
        /// The part of it that had been held.
        package let heldMinor: Int64
        /// What it took of the part that was held and released since.
        package var releasedMinor: Int64 = 0
        /// When it happened.
        package let recordedAt: PostgresTimestamp
        /// What each program gave.
        package let clawbacks: [Clawback]
    }

    /// What became of the part that was held.
    package struct Release: Sendable {
        /// What a program has of it.
        package struct Leg: Sendable {
            /// The program.
            package let programID: String
            /// In minor units.
            package let amountMinor: Int64
            /// In millionths of the unit.
            package let earnedMicro: Int64
            /// Whether the unit is points.
            package let unit: RewardUnit
            /// Whether its earning is not decided yet.
            package let isParked: Bool
            /// The plugin's reason, or why it is parked.
            package let reason: String?
            /// The configuration that decided.
            package let configurationVersion: Int32
        }

        /// What was done with it.
        package let outcome: SpendRelease.Outcome
        /// Why.
        package let cause: SpendRelease.Cause
        /// All that was held, in minor units.
        package let amountMinor: Int64
        /// What no program took.
        package let excludedMinor: Int64
        /// The version of the preference that decided it.
        package let preferenceVersion: Int64
        /// The weights it was split by; empty when it expired.
        package let weights: String
        /// The card's running total under these weights before it.
        package let totalBefore: Int64
        /// When.
        package let recordedAt: PostgresTimestamp
        /// What each program has of it.
        package let legs: [Leg]
    }

    /// A position as it is now.
    package struct Standing: Sendable {
        /// The program.
        package let programID: String
        /// Whether it counts points.
        package let unit: RewardUnit
        /// Its sums (I-2).
        package let position: Position
        /// Why nothing more is planned; nil when nothing prevents it.
        package let blockedReason: String?
    }

    /// An issuance that was planned since.
    package struct Issuance: Sendable {
        /// Its reference number.
        package let referenceNumber: String
        /// The program.
        package let programID: String
        /// Whether it is of points.
        package let unit: RewardUnit
        /// In millionths of the unit.
        package let quantityMicro: Int64
        /// Its state.
        package let status: IssuanceStatus
        /// Why it is in that state, when there is a reason.
        package let reason: String?
        /// Cosmo's id of it.
        package let transactionID: String?
        /// What settled it.
        package let settledBy: String?
        /// When it was planned.
        package let createdAt: PostgresTimestamp
        /// When it was last sent.
        package let lastSentAt: PostgresTimestamp?
        /// When it was settled.
        package let settledAt: PostgresTimestamp?
        /// The webhook delivery that confirmed it.
        package let delivery: Delivery?
        /// The row of the wallet's ledger that paid it, when its program pays into the wallet.
        package let walletTransactionID: String?
        /// Whether only Cosmo knew it, after a failover or a restore.
        package let isAdopted: Bool
    }

    /// Points that a refund took back out of the wallet.
    package struct TakenBack: Sendable {
        /// The program.
        package let programID: String
        /// How much, in millionths of a point.
        package let micro: Int64
        /// The row of the wallet's ledger that took it.
        package let walletTransactionID: String
        /// When.
        package let recordedAt: PostgresTimestamp
    }

    /// A webhook delivery.
    package struct Delivery: Sendable {
        /// Its number in the inbox.
        package let inboxID: Int64
        /// When it came.
        package let receivedAt: PostgresTimestamp
    }
}
