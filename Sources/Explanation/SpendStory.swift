public import Issuance
public import PostgreSQL
public import Rewards
public import Spending

/// Everything that is known of one spend, read from the rooms in one snapshot: what its explanation is written from.
///
/// **Guarantees** Accounts are masked already; nothing else in it is personal.
public struct SpendStory: Sendable {
    /// The decision as it was made.
    public let decision: Decision
    /// When the spend was recorded.
    public let recordedAt: PostgresTimestamp
    /// Why it was decided under its version of the preference.
    public let attribution: Attribution
    /// How much of it is refunded now, in minor units.
    public let refundedMinor: Int64
    /// What of it is held now, in minor units.
    public internal(set) var heldNowMinor: Int64 = 0
    /// What became of what was held; nil while nothing has.
    public internal(set) var release: Release?
    /// The authorisation that the spend cleared, if any.
    public internal(set) var authorization: Authorization?
    /// The version that decided; nil for version 0, before the first link.
    public internal(set) var version: Version?
    /// The number of the version in force.
    public internal(set) var versionInForce: Int64
    /// The programs' names, by program.
    public internal(set) var names: [String: String] = [:]
    /// The configuration that each leg's plugin ran with, by program.
    public internal(set) var configurations: [String: Configuration] = [:]
    /// What legs that were parked have come to, by program.
    public internal(set) var settled: [String: Settled] = [:]
    /// What refunds did, step by step.
    public internal(set) var movements: [Movement] = []
    /// The positions that the spend earned into.
    public internal(set) var standings: [Standing] = []
    /// The issues of those positions since.
    public internal(set) var issues: [Issue] = []
    /// What was taken back out of the wallet since, of the positions it earned into.
    public internal(set) var takenBack: [TakenBack] = []
    /// Whether there are more movements or issues than are here.
    public internal(set) var isCut = false

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
    public struct Version: Sendable {
        /// A program of it.
        public struct Link: Sendable {
            /// The program.
            public let programID: String
            /// Its share is this over the sum of all parts.
            public let parts: Int
            /// The account, of which a person recognises their own.
            public let maskedAccount: String
        }

        /// Its number.
        public let version: Int64
        /// What made it, as `PreferenceCause` writes it.
        public let cause: String
        /// The id of what made it.
        public let causeID: String
        /// From when it counts.
        public let effectiveAt: PostgresTimestamp
        /// When it was learnt.
        public let recordedAt: PostgresTimestamp
        /// Its programs.
        public let links: [Link]
    }

    /// The authorisation that the spend cleared.
    public struct Authorization: Sendable {
        /// Its id.
        public let authorizationID: String
        /// When the purchase was authorised.
        public let authorizedAt: PostgresTimestamp
        /// The version that it pins.
        public let preferenceVersion: Int64
        /// When it was reversed; nil when it was not.
        public let reversedAt: PostgresTimestamp?
    }

    /// A configuration that decided.
    public struct Configuration: Sendable {
        /// The configuration, as canonical JSON.
        public let json: String
        /// Who set it.
        public let setBy: String
        /// When.
        public let setAt: PostgresTimestamp
    }

    /// What a leg that was parked has come to.
    public struct Settled: Sendable {
        /// What it earned, in millionths of the unit.
        public let earnedMicro: Int64
        /// Whether the unit is points.
        public let unit: RewardUnit
        /// The configuration that decided it at last.
        public let configurationVersion: Int32
        /// The plugin's reason, if it gave one.
        public let reason: String?
    }

    /// One step of the spend's refunds.
    public struct Movement: Sendable {
        /// What it did to one leg.
        public struct Clawback: Sendable {
            /// The program.
            public let programID: String
            /// Whether it earns points.
            public let unit: RewardUnit
            /// What left the leg, in minor units.
            public let amountMinor: Int64
            /// What is no longer earned, in millionths of the unit.
            public let micro: Int64
            /// Whether it left a leg of the release.
            public var isOfRelease = false
        }

        /// The refund it belongs to.
        public let refundID: String
        /// As `SpendMovement` writes it.
        public let cause: String
        /// What was taken, in minor units; below zero what was put back.
        public let amountMinor: Int64
        /// How much of the spend was refunded after it.
        public let refundedAfterMinor: Int64
        /// The part of it that had earned nothing.
        public let excludedMinor: Int64
        /// The part of it that had been held.
        public let heldMinor: Int64
        /// What it took of the part that was held and released since.
        public var releasedMinor: Int64 = 0
        /// When it happened.
        public let recordedAt: PostgresTimestamp
        /// What each program gave.
        public let clawbacks: [Clawback]
    }

    /// What became of the part that was held.
    public struct Release: Sendable {
        /// What a program has of it.
        public struct Leg: Sendable {
            /// The program.
            public let programID: String
            /// In minor units.
            public let amountMinor: Int64
            /// In millionths of the unit.
            public let earnedMicro: Int64
            /// Whether the unit is points.
            public let unit: RewardUnit
            /// Whether its earning is not decided yet.
            public let isParked: Bool
            /// The plugin's reason, or why it is parked.
            public let reason: String?
            /// The configuration that decided.
            public let configurationVersion: Int32
        }

        /// What was done with it.
        public let outcome: SpendRelease.Outcome
        /// Why.
        public let cause: SpendRelease.Cause
        /// All that was held, in minor units.
        public let amountMinor: Int64
        /// What no program took.
        public let excludedMinor: Int64
        /// The version of the preference that decided it.
        public let preferenceVersion: Int64
        /// The weights it was split by; empty when it expired.
        public let weights: String
        /// The card's running total under these weights before it.
        public let totalBefore: Int64
        /// When.
        public let recordedAt: PostgresTimestamp
        /// What each program has of it.
        public let legs: [Leg]
    }

    /// A position as it is now.
    public struct Standing: Sendable {
        /// The program.
        public let programID: String
        /// Whether it counts points.
        public let unit: RewardUnit
        /// Its sums (I-2).
        public let position: Position
        /// Why nothing more is planned; nil when nothing prevents it.
        public let blockedReason: String?
    }

    /// An issue that was planned since.
    public struct Issue: Sendable {
        /// Its reference number.
        public let referenceNumber: String
        /// The program.
        public let programID: String
        /// Whether it is of points.
        public let unit: RewardUnit
        /// In millionths of the unit.
        public let quantityMicro: Int64
        /// Its state.
        public let status: IssuanceStatus
        /// Why it is in that state, when there is a reason.
        public let reason: String?
        /// Cosmo's id of it.
        public let transactionID: String?
        /// What settled it.
        public let settledBy: String?
        /// When it was planned.
        public let createdAt: PostgresTimestamp
        /// When it was last sent.
        public let lastSentAt: PostgresTimestamp?
        /// When it was settled.
        public let settledAt: PostgresTimestamp?
        /// The webhook delivery that confirmed it.
        public let delivery: Delivery?
        /// The row of the wallet's ledger that paid it, when its program pays into the wallet.
        public let walletTransactionID: String?
        /// Whether only Cosmo knew it, after a failover or a restore.
        public let isAdopted: Bool
    }

    /// Points that a refund took back out of the wallet.
    public struct TakenBack: Sendable {
        /// The program.
        public let programID: String
        /// How much, in millionths of a point.
        public let micro: Int64
        /// The row of the wallet's ledger that took it.
        public let walletTransactionID: String
        /// When.
        public let recordedAt: PostgresTimestamp
    }

    /// A webhook delivery.
    public struct Delivery: Sendable {
        /// Its number in the inbox.
        public let inboxID: Int64
        /// When it came.
        public let receivedAt: PostgresTimestamp
    }
}
