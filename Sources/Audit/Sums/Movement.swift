import PostgreSQL

/// Money that a refund took out of a spend's decision, or an undo put back, with what that took from each leg.
struct Movement {
    struct Clawback {
        let programID: String
        let unit: String
        let amountMinor: Int64
        let earnedMicro: Int64
    }

    let number: Int64
    let refundID: String
    let cause: String
    private(set) var amountMinor: Int64
    private(set) var refundedAfterMinor: Int64
    private(set) var excludedMinor: Int64
    private(set) var heldMinor: Int64
    /// What it took from the release of the held part.
    let releasedMinor: Int64
    private(set) var clawbacks: [Clawback] = []

    /// Reads a row's movements and clawbacks, eight and five arrays; most spends have neither.
    static func all(_ row: PostgresRow) throws -> [Movement] {
        guard let numbers = try row.get("movement_numbers", as: [Int64]?.self) else { return [] }
        let refunds = try row.get("movement_refunds", as: [String].self)
        let causes = try row.get("movement_causes", as: [String].self)
        let amounts = try row.get("movement_amounts", as: [Int64].self)
        let afters = try row.get("movement_afters", as: [Int64].self)
        let excluded = try row.get("movement_excluded", as: [Int64].self)
        let held = try row.get("movement_held", as: [Int64].self)
        let released = try row.get("movement_released", as: [Int64].self)
        var movements = numbers.indices.map { index in
            Movement(
                number: numbers[index], refundID: refunds[index], cause: causes[index], amountMinor: amounts[index],
                refundedAfterMinor: afters[index], excludedMinor: excluded[index], heldMinor: held[index],
                releasedMinor: released[index])
        }
        movements.sort { $0.number < $1.number }
        guard let owners = try row.get("clawback_numbers", as: [Int64]?.self) else { return movements }
        let programs = try row.get("clawback_programs", as: [String].self)
        let units = try row.get("clawback_units", as: [String].self)
        let taken = try row.get("clawback_amounts", as: [Int64].self)
        let earned = try row.get("clawback_earned", as: [Int64].self)
        var places: [Int64: Int] = [:]
        for (place, movement) in movements.enumerated() { places[movement.number] = place }
        for (index, owner) in owners.enumerated() {
            guard let place = places[owner] else { continue }
            movements[place].clawbacks.append(
                Clawback(
                    programID: programs[index], unit: units[index], amountMinor: taken[index],
                    earnedMicro: earned[index]))
        }
        return movements
    }

    /// The movement as the spend's own decision sees it: what was released since was held by it.
    var ofSpend: Movement {
        var movement = self
        movement.heldMinor = heldMinor &+ releasedMinor
        return movement
    }

    /// The movements as a release sees them: each takes what it took of the release, and what no leg gave was excluded.
    ///
    /// - Parameter movements: of the spend, with the clawbacks of the release's legs alone.
    static func ofRelease(_ movements: [Movement]) -> [Movement] {
        var refunded: Int64 = 0
        return movements.filter { $0.releasedMinor != 0 || !$0.clawbacks.isEmpty }.map { movement in
            var part = movement
            refunded &+= movement.releasedMinor
            part.amountMinor = movement.releasedMinor
            part.refundedAfterMinor = refunded
            part.excludedMinor = movement.clawbacks.reduce(movement.releasedMinor) { $0 &- $1.amountMinor }
            part.heldMinor = 0
            return part
        }
    }
}
