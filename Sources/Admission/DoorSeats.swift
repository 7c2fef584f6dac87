import NIOCore

/// The connections of one door, and which of them gives way when there is no room. Pure: time comes in.
struct DoorSeats {
    /// How long a connection without any request may stay when others wait for its place.
    static let idleMax = TimeAmount.seconds(1)
    /// How long a request may keep a place without a byte in or out, where the protocol sets no limit of its own.
    static let silenceMax = TimeAmount.seconds(30)

    private struct Seat {
        let connection: any Channel
        let seat: ConnectionSeat
    }

    let limit: Int
    private let endsSilentRequests: Bool
    private var seats: [ObjectIdentifier: Seat] = [:]

    /// - Parameter endsSilentRequests: Whether a connection that has been busy and silent for ``silenceMax`` gives way
    ///   too.
    init(limit: Int, endsSilentRequests: Bool) {
        self.limit = max(1, limit)
        self.endsSilentRequests = endsSilentRequests
    }

    var count: Int { seats.count }
    var isFull: Bool { seats.count >= limit }

    mutating func add(_ connection: any Channel, _ seat: ConnectionSeat) {
        seats[ObjectIdentifier(connection)] = Seat(connection: connection, seat: seat)
    }

    mutating func remove(_ connection: any Channel) { seats[ObjectIdentifier(connection)] = nil }

    /// Takes out the connection that can best be done without; nil when every one is at work or too young.
    ///
    /// First those that never asked anything, then those that were silent in the middle of a request, then those that
    /// had their answers; among them the one that has waited longest. So those who only fill the door leave before
    /// those who use it.
    /// **Cost** One look at every connection; called only when the door is full.
    mutating func takeLongestIdle(now: NIODeadline) -> (any Channel)? {
        var found: (key: ObjectIdentifier, claim: Claim)?
        for (key, seat) in seats {
            guard let its = claim(seat.seat.occupancy, now) else { continue }
            if let best = found?.claim, !(its < best) { continue }
            found = (key, its)
        }
        return found.flatMap { seats.removeValue(forKey: $0.key)?.connection }
    }

    /// Whether the door has room, or would once every connection that can has given way.
    func canMakeRoom(now: NIODeadline) -> Bool {
        count - seats.values.count { claim($0.seat.occupancy, now) != nil } < limit
    }

    /// How much a connection that could give way may ask to stay: the least leaves first.
    private struct Claim: Comparable {
        let rank: Int
        let since: NIODeadline

        static func < (left: Claim, right: Claim) -> Bool {
            left.rank == right.rank ? left.since < right.since : left.rank < right.rank
        }
    }

    private func claim(_ occupancy: ConnectionSeat.Occupancy, _ now: NIODeadline) -> Claim? {
        switch occupancy {
        case .unused(let since): since + Self.idleMax <= now ? Claim(rank: 0, since: since) : nil
        case .busy(let since):
            endsSilentRequests && since + Self.silenceMax <= now ? Claim(rank: 1, since: since) : nil
        case .idle(let since): since + Self.idleMax <= now ? Claim(rank: 2, since: since) : nil
        }
    }
}
