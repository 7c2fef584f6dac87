import Testing

@testable import PostgreSQL

/// The pool's books fed with events: no thread, no socket, no clock.
@Suite("A pool's books")
struct PoolStateTests {
    /// A connection by its number.
    private struct Line: PooledConnection, Equatable {
        let id: Int
        var isReusable = true
    }

    /// A connection that can break while it is free.
    private final class FragileLine: PooledConnection {
        var isReusable = true
    }

    private typealias State = PoolState<Line, String>

    private static let start = ContinuousClock.now

    /// A moment some seconds after the start.
    private static func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private static func running(sizeMax: Int = 4, outagePatience: Duration = .seconds(1)) -> State {
        var state = State(sizeMax: sizeMax, outagePatience: outagePatience)
        _ = state.start()
        return state
    }

    /// A running pool with so many free connections, the last of which came back last.
    private static func running(free count: Int, sizeMax: Int = 4) -> State {
        var state = running(sizeMax: sizeMax)
        for number in 1...count { _ = state.connectionOpened(Line(id: number), now: at(number)) }
        return state
    }

    private static func borrower(
        _ name: String, entered: Int = 0, deadline: Int = 10, isUrgent: Bool = false
    ) -> State.Borrower {
        State.Borrower(entered: at(entered), deadline: at(deadline), isUrgent: isUrgent, caller: name)
    }

    /// Who gets the connection; nil when nobody does.
    private static func receiver(_ action: State.OnFree) -> String? {
        if case .hand(_, let caller) = action { caller } else { nil }
    }

    private static func isWaiting(_ action: State.OnLease, openAnother: Bool) -> Bool {
        if case .wait(openAnother) = action { true } else { false }
    }

    private static func isClosed(_ action: State.OnFree, openAnother: Bool) -> Bool {
        if case .close(_, openAnother) = action { true } else { false }
    }

    private static func isRefused(_ action: State.OnLease) -> Bool {
        if case .fail(let error) = action { error.kind == .closed } else { false }
    }

    // MARK: Leases

    @Test("the connection that came back last is lent first")
    func warmest() {
        var state = Self.running(free: 3)
        #expect(state.takeIdle() == Line(id: 3) && state.takeIdle() == Line(id: 2))
        _ = state.release(Line(id: 3), isClean: true, now: Self.at(9))
        #expect(state.takeIdle() == Line(id: 3) && state.takeIdle() == Line(id: 1) && state.takeIdle() == nil)
    }

    @Test("a free connection that broke unnoticed is passed over")
    func brokenWhileIdle() {
        var state = PoolState<FragileLine, String>(sizeMax: 2, outagePatience: .seconds(1))
        _ = state.start()
        let (first, second) = (FragileLine(), FragileLine())
        for line in [first, second] { _ = state.connectionOpened(line, now: Self.start) }
        second.isReusable = false
        #expect(state.takeIdle() === first)
        #expect(state.takeIdle() == nil)
    }

    @Test("callers are served in the order they came, but urgent ones first")
    func order() {
        var state = Self.running(sizeMax: 1)
        for (name, isUrgent) in [("a", false), ("b", true), ("c", false), ("d", true)] {
            _ = state.lease(Self.borrower(name, isUrgent: isUrgent))
        }
        var served = [Self.receiver(state.connectionOpened(Line(id: 1), now: Self.start))]
        for _ in 0..<3 { served.append(Self.receiver(state.release(Line(id: 1), isClean: true, now: Self.start))) }
        #expect(served == ["b", "d", "a", "c"])
        #expect(state.statistics.waiting == 0 && state.statistics.leased == 1)
    }

    @Test("nobody is served past those who wait")
    func queue() {
        var state = Self.running(sizeMax: 1)
        _ = state.connectionOpened(Line(id: 1), now: Self.start)
        #expect(state.takeIdle() == Line(id: 1))
        _ = state.lease(Self.borrower("a"))
        #expect(state.takeIdle() == nil)
        #expect(Self.isWaiting(state.lease(Self.borrower("b")), openAnother: false))
    }

    @Test("a caller that gave up is not served, and cannot give up twice")
    func removal() {
        var state = Self.running(sizeMax: 1)
        for name in ["a", "b"] { _ = state.lease(Self.borrower(name)) }
        #expect(state.remove { $0 == "a" })
        #expect(!state.remove { $0 == "a" })
        #expect(Self.receiver(state.connectionOpened(Line(id: 1), now: Self.start)) == "b")
        #expect(!state.remove { $0 == "b" })
    }

    @Test("a connection that came back in doubt or unusable is closed, and another one is opened for who waits")
    func doubtful() {
        var state = Self.running(free: 2, sizeMax: 2)
        #expect(state.takeIdle() == Line(id: 2) && state.takeIdle() == Line(id: 1))
        #expect(Self.isWaiting(state.lease(Self.borrower("a")), openAnother: false))
        #expect(Self.isClosed(state.release(Line(id: 1), isClean: false, now: Self.start), openAnother: false))
        #expect(state.connectionClosed(Line(id: 1), isBroken: true).openAnother)
        let unusable = Line(id: 2, isReusable: false)
        #expect(Self.isClosed(state.release(unusable, isClean: true, now: Self.start), openAnother: true))
        #expect(state.statistics.failures == 1 && state.statistics.idle == 0)
    }

    // MARK: Opening

    @Test("as many connections are opened as are waited for, and no more than the pool may have")
    func opening() {
        var state = Self.running(sizeMax: 3)
        var number = 0
        for name in ["a", "b", "c", "d"] {
            guard Self.isWaiting(state.lease(Self.borrower(name)), openAnother: true) else { continue }
            while state.mayOpenAnother {
                number += 1
                state.beginOpening(Line(id: number))
            }
        }
        #expect(number == 3 && state.statistics.opening == 3)
        for id in 1...3 { #expect(Self.receiver(state.connectionOpened(Line(id: id), now: Self.start)) != nil) }
        #expect(!state.mayOpenAnother)
        #expect(state.statistics.opened == 3 && state.statistics.opening == 0 && state.statistics.waiting == 1)
    }

    @Test("one who is served while a connection is being opened needs no second one")
    func openingForOne() {
        var state = Self.running(sizeMax: 3)
        _ = state.lease(Self.borrower("a"))
        #expect(state.mayOpenAnother)
        state.beginOpening(Line(id: 1))
        #expect(!state.mayOpenAnother)
    }

    @Test("nothing is opened before the pool runs; those who came earlier are served then")
    func beforeStart() {
        var state = State(sizeMax: 2, outagePatience: .seconds(1))
        #expect(Self.isWaiting(state.lease(Self.borrower("a")), openAnother: false))
        let starts = [state.start(), state.start()]
        #expect(starts == [true, false])
        #expect(state.mayOpenAnother)
    }

    @Test("attempts to connect that fail are counted in a row while somebody waits, and end when nobody does")
    func failedOpening() {
        var state = Self.running()
        _ = state.lease(Self.borrower("a"))
        state.beginOpening(Line(id: 1))
        let error = PostgresError(.connectionFailed, "refused")
        #expect(state.connectionFailed(Line(id: 1), error) == 1)
        #expect(state.connectionFailed(Line(id: 1), error) == 2)
        #expect(state.statistics.opening == 1)
        #expect(state.remove { $0 == "a" })
        #expect(state.connectionFailed(Line(id: 1), error) == nil)
        #expect(state.statistics.opening == 0 && state.statistics.failures == 3)
        // A success begins a new count.
        _ = state.connectionOpened(Line(id: 2), now: Self.start)
        #expect(state.takeIdle() == Line(id: 2))
        _ = state.lease(Self.borrower("b"))
        #expect(state.connectionFailed(Line(id: 3), error) == 1)
    }

    // MARK: Expiry

    @Test("in an outage a caller is refused after the outage's patience, with what keeps the database away")
    func outage() throws {
        var state = Self.running(outagePatience: .seconds(3))
        for (name, entered) in [("a", 0), ("b", 2)] { _ = state.lease(Self.borrower(name, entered: entered)) }
        state.beginOpening(Line(id: 1))
        _ = state.connectionFailed(Line(id: 1), PostgresError(.connectionFailed, "the server is starting"))
        #expect(state.expireBorrowers(now: Self.at(2)) == nil)
        let found = state.expireBorrowers(now: Self.at(3))
        let expired = try #require(found)
        #expect(expired.callers == ["a"] && expired.error.kind == .connectionFailed)
        #expect(expired.error.message == "no connection to the database: the server is starting")
        #expect(state.statistics.waiting == 1)
        #expect(state.expireBorrowers(now: Self.at(5))?.callers == ["b"])
    }

    @Test("while a connection is open, a caller waits until its deadline, whatever failed elsewhere")
    func deadline() throws {
        var state = Self.running(sizeMax: 2, outagePatience: .seconds(1))
        _ = state.connectionOpened(Line(id: 1), now: Self.start)
        #expect(state.takeIdle() == Line(id: 1))
        for (name, deadline) in [("a", 7), ("b", 9)] { _ = state.lease(Self.borrower(name, deadline: deadline)) }
        state.beginOpening(Line(id: 2))
        _ = state.connectionFailed(Line(id: 2), PostgresError(.connectionFailed, "too many clients"))
        #expect(state.expireBorrowers(now: Self.at(6)) == nil)
        #expect(state.expireBorrowers(now: Self.at(7))?.callers == ["a"])
        // One that opens after all ends the outage.
        _ = state.connectionOpened(Line(id: 2), now: Self.at(8))
        _ = state.lease(Self.borrower("c", entered: 8, deadline: 9))
        let found = state.expireBorrowers(now: Self.at(9))
        let expired = try #require(found)
        #expect(expired.callers == ["c"] && expired.error.kind == .leaseTimeout)
    }

    @Test("an exhausted pool says what its connections do")
    func exhaustion() throws {
        var state = Self.running(free: 2, sizeMax: 2)
        #expect(state.takeIdle() == Line(id: 2) && state.takeIdle() == Line(id: 1))
        _ = state.lease(Self.borrower("a"))
        let first = state.expireBorrowers(now: Self.at(10))
        let busy = try #require(first)
        #expect(busy.error.kind == .leaseTimeout)
        #expect(
            busy.error.message
                == "all 2 connections stayed in use; raise the pool's size or shorten the transactions")
        // Its caller has gone, and its COMMIT is not answered: it is in nobody's hands and stays open.
        #expect(Self.isClosed(state.release(Line(id: 2), isClean: false, now: Self.at(10)), openAnother: false))
        #expect(state.unanswered == [Line(id: 2)])
        _ = state.lease(Self.borrower("b"))
        let second = state.expireBorrowers(now: Self.at(11))
        let committing = try #require(second)
        #expect(committing.error.kind == .leaseTimeout)
        #expect(
            committing.error.message
                == "all 2 connections stayed in use, 1 of them by a COMMIT the server has not answered; is its "
                + "synchronous standby away?")
    }

    @Test("connections that were idle for long are closed, but the one used last is kept")
    func idleExpiry() {
        var state = Self.running(free: 3)
        #expect(state.takeExpiredIdle(before: Self.at(2)) == [Line(id: 1)])
        #expect(state.takeExpiredIdle(before: Self.at(2)).isEmpty)
        #expect(state.takeExpiredIdle(before: Self.at(100)) == [Line(id: 2)])
        #expect(state.takeExpiredIdle(before: Self.at(100)).isEmpty)
        #expect(state.takeIdle() == Line(id: 3))
    }

    @Test("a demoted server's idle connections are given up together")
    func demotion() {
        var state = Self.running(free: 3)
        #expect(state.takeIdle() == Line(id: 3))
        #expect(state.takeAllIdle() == [Line(id: 1), Line(id: 2)])
        #expect(state.takeIdle() == nil && state.statistics.leased == 1)
    }

    // MARK: End

    @Test("a pool that closes refuses those who wait, closes what is free, and is drained when all have ended")
    func closing() {
        var state = Self.running(free: 2, sizeMax: 3)
        #expect(state.takeIdle() == Line(id: 2) && state.takeIdle() == Line(id: 1))
        _ = state.release(Line(id: 1), isClean: true, now: Self.start)
        #expect(state.takeIdle() == Line(id: 1))
        for name in ["a", "b"] { _ = state.lease(Self.borrower(name)) }
        state.beginOpening(Line(id: 3))
        let remains = state.close()
        #expect(remains.callers == ["a", "b"] && remains.connections == [Line(id: 3)])
        #expect(Self.isRefused(state.lease(Self.borrower("c"))))
        #expect(state.takeIdle() == nil && !state.mayOpenAnother)
        #expect(state.connectionFailed(Line(id: 3), .poolClosed) == nil)
        #expect(Self.isClosed(state.release(Line(id: 2), isClean: true, now: Self.start), openAnother: false))
        #expect(!state.connectionClosed(Line(id: 2), isBroken: false).isDrained && !state.isDrained)
        #expect(Self.isClosed(state.release(Line(id: 1), isClean: true, now: Self.start), openAnother: false))
        #expect(state.connectionClosed(Line(id: 1), isBroken: false).isDrained && state.isDrained)
    }

    @Test("closing names the free connections, and one that opens too late is closed at once")
    func closingIdle() {
        var state = Self.running(free: 2, sizeMax: 3)
        state.beginOpening(Line(id: 3))
        #expect(state.close().connections == [Line(id: 1), Line(id: 2), Line(id: 3)])
        #expect(Self.isClosed(state.connectionOpened(Line(id: 3), now: Self.start), openAnother: false))
        for id in [1, 2] { #expect(!state.connectionClosed(Line(id: id), isBroken: false).isDrained) }
        #expect(state.connectionClosed(Line(id: 3), isBroken: false).isDrained)
    }

    @Test("an abandoned pool gives up the connections that are lent as well")
    func abandoning() {
        var state = Self.running(free: 2, sizeMax: 2)
        #expect(state.takeIdle() == Line(id: 2) && state.takeIdle() == Line(id: 1))
        _ = state.lease(Self.borrower("a"))
        let remains = state.abandon()
        #expect(remains.callers == ["a"])
        #expect(Set(remains.connections.map(\.id)) == [1, 2])
        #expect(Self.isRefused(state.lease(Self.borrower("b"))))
        #expect(state.close().callers.isEmpty)
    }

    @Test("a pool that never opened a connection is drained as soon as it closes")
    func neverOpened() {
        var state = Self.running()
        #expect(!state.isDrained)
        _ = state.close()
        #expect(state.isDrained)
    }
}
