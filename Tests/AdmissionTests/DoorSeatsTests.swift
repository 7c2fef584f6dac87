import NIOCore
import NIOEmbedded
import Testing

@testable import Admission

@Suite("A full door gives the longest idle connection's place to another")
struct DoorSeatsTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test("the connection without a request for longest gives way, after a second")
    func longestIdle() {
        var seats = DoorSeats(limit: 2, endsSilentRequests: false)
        let (first, second) = (EmbeddedChannel(), EmbeddedChannel())
        seats.add(first, ConnectionSeat(now: start + .milliseconds(100)))
        #expect(!seats.isFull)
        seats.add(second, ConnectionSeat(now: start))
        #expect(seats.isFull)
        #expect(!seats.canMakeRoom(now: start + .milliseconds(999)))
        #expect(seats.canMakeRoom(now: start + .milliseconds(1_000)))
        #expect(seats.takeLongestIdle(now: start + .seconds(2)) === second)
        #expect(seats.takeLongestIdle(now: start + .seconds(2)) === first)
        #expect(seats.takeLongestIdle(now: start + .seconds(2)) == nil)
    }

    @Test("a connection with a request stays, until it ends; silent ones go where the protocol has no deadlines")
    func busy() {
        for endsSilentRequests in [false, true] {
            var seats = DoorSeats(limit: 1, endsSilentRequests: endsSilentRequests)
            let connection = EmbeddedChannel()
            let seat = ConnectionSeat(now: start)
            seats.add(connection, seat)
            seat.becameBusy(now: start + .seconds(1))
            #expect(!seats.canMakeRoom(now: start + .seconds(30)))
            #expect(seats.canMakeRoom(now: start + .seconds(31)) == endsSilentRequests)
            seat.becameIdle(now: start + .seconds(40))
            #expect(!seats.canMakeRoom(now: start + .milliseconds(40_500)))
            #expect(seats.canMakeRoom(now: start + .seconds(41)))
        }
    }

    @Test("those who only fill the door leave before those who use it")
    func usedOnesStay() {
        var seats = DoorSeats(limit: 2, endsSilentRequests: true)
        let (customer, idler) = (EmbeddedChannel(), EmbeddedChannel())
        let seat = ConnectionSeat(now: start)
        seat.becameBusy(now: start)
        seat.becameIdle(now: start)
        seats.add(customer, seat)
        seats.add(idler, ConnectionSeat(now: start + .seconds(60)))
        #expect(seats.takeLongestIdle(now: start + .seconds(62)) === idler)
        #expect(seats.takeLongestIdle(now: start + .seconds(62)) === customer)
    }
}
