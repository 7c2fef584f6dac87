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

    /// - Parameter endsSilentRequests: Whether a connection that has been busy and silent for ``silenceMax`` gives way too.
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

    /// Takes out the connection that has been without a request the longest; nil when none has for ``idleMax``.
    ///
    /// **Cost** One look at every connection; called only when the door is full.
    mutating func takeLongestIdle(now: NIODeadline) -> (any Channel)? {
        longestIdle(now: now).flatMap { seats.removeValue(forKey: $0)?.connection }
    }

    /// Whether the door has room, or would once every connection that can has given way.
    func canMakeRoom(now: NIODeadline) -> Bool {
        count - seats.values.count { givesWay($0.seat.occupancy, now) != nil } < limit
    }

    private func longestIdle(now: NIODeadline) -> ObjectIdentifier? {
        var found: (key: ObjectIdentifier, since: NIODeadline)?
        for (key, seat) in seats {
            guard let since = givesWay(seat.seat.occupancy, now), since < found?.since ?? .distantFuture else { continue }
            found = (key, since)
        }
        return found?.key
    }

    /// Since when the connection could give way.
    private func givesWay(_ occupancy: ConnectionSeat.Occupancy, _ now: NIODeadline) -> NIODeadline? {
        switch occupancy {
        case .idle(let since): since + Self.idleMax <= now ? since : nil
        case .busy(let since): endsSilentRequests && since + Self.silenceMax <= now ? since : nil
        }
    }
}
