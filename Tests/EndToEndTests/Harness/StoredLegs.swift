import MultibrandAPI
import PostgreSQL

/// Every spend and leg as the database has them.
struct StoredLegs {
    /// A leg's facts.
    struct Leg: Hashable {
        let spendID: String
        let programID: String
        let amountMinor: Int64
        let earnedMicro: Int64
    }

    let spendIDs: Set<String>
    let legs: [String: Set<Leg>]

    static func read(_ pool: PostgresPool) async throws -> StoredLegs {
        let spends = try await pool.query("select spend_id from spends")
        let rows = try await pool.query("select spend_id, program_id, amount_minor, earned_micro from legs")
        var legs: [String: Set<Leg>] = [:]
        for row in rows {
            let leg = Leg(
                spendID: try row.get("spend_id"), programID: try row.get("program_id"),
                amountMinor: try row.get("amount_minor"), earnedMicro: try row.get("earned_micro"))
            legs[leg.spendID, default: []].insert(leg)
        }
        return StoredLegs(spendIDs: Set(try spends.map { try $0.get("spend_id", as: String.self) }), legs: legs)
    }
}

extension StoredLegs.Leg {
    /// A leg as an answer gave it.
    init(_ spendID: String, _ leg: Multibrand_V1_Leg) {
        self.init(
            spendID: spendID, programID: leg.programID, amountMinor: leg.amount.minorUnits, earnedMicro: leg.microPoints
        )
    }
}
