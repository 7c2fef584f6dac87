package import PostgreSQL
import Rewards

/// Holds and pays for purchases inside another room's transaction.
///
/// **Guarantees** Nothing is committed here: the caller's transaction holds or moves the points together with what it
/// writes itself, or neither.
package struct WalletHoldPostings: Sendable {
    /// Why points were neither held nor paid.
    package enum Refusal: Error, Sendable, Hashable {
        /// The wallet has no active member of that id.
        case memberUnknown
        /// Less is available.
        case pointsTooFew
    }

    private let context: WalletContext
    private let environment: WalletEnvironment

    /// Makes the use case for one of the two worlds.
    package init(_ context: WalletContext, environment: WalletEnvironment) {
        self.context = context
        self.environment = environment
    }

    /// Sets points of a member aside and returns the hold's id.
    ///
    /// **Errors** ``Refusal``, `PostgresError`.
    package func place(
        _ externalUserID: String, points: Int64, reason: String, expiresAt: PostgresTimestamp, now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> String {
        guard (try? WalletRule.externalUserID(externalUserID)) != nil else { throw Refusal.memberUnknown }
        return try await refusing {
            try await context.placeHold(
                context.makeID("hold_"), of: externalUserID, amount: points, reason: reason, expiresAt: expiresAt,
                environment, now: WalletTime.milliseconds(now), on: connection
            ).id
        }
    }

    /// Debits what a purchase cost: out of its hold while that is active and covers it, else out of what is available.
    ///
    /// - Returns: The hold whose capture is the debit, another one when the first has ended.
    /// **Errors** ``Refusal``, `PostgresError`.
    package func pay(
        _ points: Int64, of externalUserID: String, hold holdID: String, reason: String, now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> String {
        let now = WalletTime.milliseconds(now)
        return try await refusing {
            if let (hold, member) = try await context.lockHold(holdID, environment, on: connection),
                hold.status == .held
            {
                if hold.expiresAt > now, points <= hold.amount {
                    return try await context.capture(hold, points, of: member, environment, now: now, on: connection).id
                }
                _ = try await context.release(hold, of: member, environment, now: now, on: connection)
            }
            let hold = try await context.placeHold(
                context.makeID("hold_"), of: externalUserID, amount: points, reason: reason,
                expiresAt: now.advanced(by: .seconds(1)), environment, now: now, on: connection)
            guard let (placed, member) = try await context.lockHold(hold.id, environment, on: connection) else {
                throw WalletError(.internalFault, "the hold that was just placed is gone: report this")
            }
            return try await context.capture(placed, points, of: member, environment, now: now, on: connection).id
        }
    }

    /// Ends a hold without a debit; one that has ended stays as it is.
    package func release(hold holdID: String, now: PostgresTimestamp, on connection: PostgresConnection) async throws {
        guard let (hold, member) = try await context.lockHold(holdID, environment, on: connection),
            hold.status == .held
        else { return }
        _ = try await context.release(
            hold, of: member, environment, now: WalletTime.milliseconds(now), on: connection)
    }

    private func refusing<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as WalletError where error.reason == .insufficientPoints {
            throw Refusal.pointsTooFew
        } catch let error as WalletError where error.reason == .notFound {
            throw Refusal.memberUnknown
        }
    }
}
