import PostgreSQL
import Rewards

/// Everything that is known of one spend, gathered from the rooms: what its explanation is written from.
///
/// **Guarantees** Accounts are masked already; nothing else in it is personal.
struct SpendStory: Sendable {
    /// A version of the preference.
    struct Version: Sendable {
        struct Link: Sendable {
            let programID: String
            let parts: Int
            let maskedAccount: String
        }

        let version: Int64
        /// As ``PreferenceCause`` writes them.
        let cause: String
        let causeID: String
        let effectiveAt: PostgresTimestamp
        let recordedAt: PostgresTimestamp
        let links: [Link]
    }

    /// The authorisation that the spend cleared.
    struct Authorization: Sendable {
        let authorizationID: String
        let authorizedAt: PostgresTimestamp
        let preferenceVersion: Int64
        let reversedAt: PostgresTimestamp?
    }

    /// A configuration that decided.
    struct Configuration: Sendable {
        let json: String
        let setBy: String
        let setAt: PostgresTimestamp
    }

    /// What a leg that was parked has come to.
    struct Settled: Sendable {
        let earnedMicro: Int64
        let isPoints: Bool
        let configurationVersion: Int32
        let reason: String?
    }

    /// One step of the spend's refunds.
    struct Movement: Sendable {
        struct Clawback: Sendable {
            let programID: String
            let isPoints: Bool
            let amountMinor: Int64
            let micro: Int64
            /// Whether it left a leg of the release.
            var isOfRelease = false
        }

        let refundID: String
        let cause: String
        let amountMinor: Int64
        let refundedAfterMinor: Int64
        let excludedMinor: Int64
        let heldMinor: Int64
        /// What it took of the part that was held and released since.
        var releasedMinor: Int64 = 0
        let recordedAt: PostgresTimestamp
        let clawbacks: [Clawback]
    }

    /// What became of the part that was held.
    struct Release: Sendable {
        struct Leg: Sendable {
            let programID: String
            let amountMinor: Int64
            let earnedMicro: Int64
            let isPoints: Bool
            let isParked: Bool
            let reason: String?
            let configurationVersion: Int32
        }

        let isExpired: Bool
        /// As ``SpendRelease/Cause`` writes it.
        let cause: String
        let amountMinor: Int64
        let excludedMinor: Int64
        let preferenceVersion: Int64
        /// The card's running total under these weights before it.
        let weights: String
        let totalBefore: Int64
        let recordedAt: PostgresTimestamp
        let legs: [Leg]
    }

    /// A position as it is now.
    struct Standing: Sendable {
        let programID: String
        let isPoints: Bool
        let position: Position
        let blockedReason: String?
    }

    /// An issue that was planned since.
    struct Issue: Sendable {
        let referenceNumber: String
        let programID: String
        let isPoints: Bool
        let quantityMicro: Int64
        let status: String
        let reason: String?
        let transactionID: String?
        let settledBy: String?
        let createdAt: PostgresTimestamp
        let lastSentAt: PostgresTimestamp?
        let settledAt: PostgresTimestamp?
        /// The webhook delivery that confirmed it.
        let delivery: Delivery?
        /// The row of the wallet's ledger that paid it, when its program pays into the wallet.
        let walletTransactionID: String?
        /// Whether only Cosmo knew it, after a failover or a restore.
        let isAdopted: Bool
    }

    /// Points that a refund took back out of the wallet.
    struct TakenBack: Sendable {
        let programID: String
        let micro: Int64
        let walletTransactionID: String
        let recordedAt: PostgresTimestamp
    }

    struct Delivery: Sendable {
        let inboxID: Int64
        let receivedAt: PostgresTimestamp
    }

    let decision: Decision
    let recordedAt: PostgresTimestamp
    /// As ``Attribution`` writes it.
    let attribution: String
    let refundedMinor: Int64
    /// What of it is held now.
    var heldNowMinor: Int64 = 0
    /// Nil while nothing has become of what was held.
    var release: Release?
    var authorization: Authorization?
    /// Nil for version 0, before the first link.
    var version: Version?
    var versionInForce: Int64
    /// By program.
    var names: [String: String] = [:]
    /// The configuration that each leg's plugin ran with, by program.
    var configurations: [String: Configuration] = [:]
    /// By program.
    var settled: [String: Settled] = [:]
    var movements: [Movement] = []
    var standings: [Standing] = []
    var issues: [Issue] = []
    /// Since the spend, of the positions it earned into.
    var takenBack: [TakenBack] = []
    /// Whether there are more movements or issues than are shown.
    var isCut = false
}
