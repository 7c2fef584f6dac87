import PostgreSQL
import Rewards
import Testing
import Wallet

/// One commit of one use case, and how to tell whether it happened.
struct Boundary: Sendable, CustomTestStringConvertible {
    let name: String
    /// How many commits of the call come before the one that is broken.
    var commitsBefore = 0
    /// Whether the call answers its caller with what happened; a worker that looks again by itself does not.
    var answersItsCaller = true
    /// Whether the call goes on in other transactions, whose failure it may have to tell.
    var goesOn = false
    /// Brings about what the call needs, past the proxy.
    var prepare: @Sendable (FaultStage) async throws -> Void = { _ in }
    let call: @Sendable (FaultStage) async throws -> Void
    /// Whether its effect is in the database.
    let isApplied: @Sendable (FaultStage) async throws -> Bool
    /// What is wrong once the call was repeated without faults; empty when it took effect exactly once.
    let faults: @Sendable (FaultStage) async throws -> [String]

    var testDescription: String { name }

    /// What the caller learns: applied, or what the error says (I-12); and the error.
    func answer(on stage: FaultStage) async -> (outcome: EffectOutcome, error: String) {
        do {
            try await call(stage)
            return (.applied, "none")
        } catch let error as any UseCaseError {
            return (error.outcome, "\(error)")
        } catch let error as WalletError {
            return (error.outcome, "\(error)")
        } catch let error as PostgresError {
            return (DatabaseFault(error).outcome, "\(error)")
        } catch {
            Issue.record("\(name) failed with an error that says nothing of what happened: \(error)")
            return (.unknown, "\(error)")
        }
    }

    /// Compares numbers that single statements return with what they must be.
    static func expecting(
        _ numbers: [(what: String, sql: String, is: Int64)]
    ) -> @Sendable (FaultStage) async throws -> [String] {
        let numbers = numbers.map { (what: $0.what, sql: $0.sql, expected: $0.is) }
        return { stage in
            var faults: [String] = []
            for (what, sql, expected) in numbers {
                let found = try await stage.number(sql)
                if found != expected { faults.append("\(what): \(found), not \(expected)") }
            }
            return faults
        }
    }
}
