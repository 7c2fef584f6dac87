/// Shares what descriptors the process has among its doors.
///
/// A reserve is kept for everything that is not a door's connection. When what is left is less than all doors ask for,
/// each gets its part in proportion, so that a door that is flooded cannot take another one's.
package struct ConnectionShares: Sendable, Hashable {
    /// What one door asks for, and what it gets.
    package struct Share: Sendable, Hashable {
        /// The door's name.
        package let door: String
        /// How many connections it was configured for.
        package let wanted: Int
        /// How many it may have.
        package let limit: Int
    }

    /// The fewest connections a door is opened for.
    package static let leastPerDoor = 16

    /// The descriptors the process may have.
    package let descriptors: Int
    /// How many of them are not for connections of doors.
    package let reserve: Int
    /// The doors.
    package let shares: [Share]

    /// Whether a door gets less than it was configured for.
    package var isShort: Bool { shares.contains { $0.limit < $0.wanted } }

    /// How many descriptors the process needs for every door to have what it was configured for.
    package var descriptorsWanted: Int {
        reserve + shares.reduce(0) { $0 + $1.wanted + DoorGate.overshootMax }
    }

    /// The descriptors do not even suffice for ``leastPerDoor`` connections a door.
    package struct TooFew: Error, Sendable, CustomStringConvertible {
        /// What there are.
        package let descriptors: Int
        /// What there must be at least.
        package let needed: Int

        /// Both numbers, and what to do.
        package var description: String {
            """
            the process may open \(descriptors) files and needs \(needed): raise the limit (ulimit -n, LimitNOFILE= of \
            systemd, --ulimit nofile= of Docker)
            """
        }
    }

    /// Shares descriptors.
    ///
    /// - Parameter wanted: The doors in order, with the number of connections each was configured for.
    /// **Errors** ``TooFew``.
    package init(
        descriptors: Int, reserve: Int, wanted: [(door: String, connectionsMax: Int)]
    ) throws(TooFew) {
        self.descriptors = descriptors
        self.reserve = reserve
        let usable = descriptors - reserve - wanted.count * DoorGate.overshootMax
        let needed = reserve + wanted.count * (DoorGate.overshootMax + Self.leastPerDoor)
        guard descriptors >= needed else { throw TooFew(descriptors: descriptors, needed: needed) }
        let sum = wanted.reduce(0) { $0 + $1.connectionsMax }
        shares = wanted.map { door, connectionsMax in
            // The quotient is at most connectionsMax, since usable is less than the sum.
            let part =
                sum <= usable
                ? connectionsMax
                : sum.dividingFullWidth(usable.multipliedFullWidth(by: connectionsMax)).quotient
            return Share(
                door: door, wanted: connectionsMax,
                limit: min(connectionsMax, max(min(Self.leastPerDoor, connectionsMax), part)))
        }
    }

    /// How many connections a door may have; zero for a door that did not ask.
    package func limit(of door: String) -> Int { shares.first { $0.door == door }?.limit ?? 0 }
}
