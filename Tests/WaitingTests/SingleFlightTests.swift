import Testing
import Waiting

@Suite("Single flights", .timeLimit(.minutes(5)))
struct SingleFlightTests {
    @Test("those who join a flight share its outcome; the next caller starts another")
    func join() async throws {
        let flight = SingleFlight<Int, any Error>()
        let flights = Locked(0)
        let landing = Waiter<Void>()
        let begun = Signal()
        let first = Task {
            try await flight.join {
                begun.raise()
                await landing.value()
                return flights.withLock {
                    $0 += 1
                    return $0
                }
            }
        }
        await begun.wait(beyond: 0)
        let others = (0..<10).map { _ in Task { try await flight.join { 100 } } }
        try await until { flight.waitingCount == 10 }
        landing.answer()
        #expect(try await first.value == 1)
        for other in others { #expect(try await other.value == 1) }
        #expect(try await flight.join { 2 } == 2)
    }

    @Test("who asks for a fresh one during a flight gets one that began afterwards, one for all who asked")
    func fresh() async throws {
        let flight = SingleFlight<Int, any Error>()
        let landing = Waiter<Void>()
        let begun = Signal()
        let second = Locked(0)
        let first = Task {
            try await flight.fresh {
                begun.raise()
                await landing.value()
                return 1
            }
        }
        await begun.wait(beyond: 0)
        let others = (0..<10).map { _ in
            Task {
                try await flight.fresh {
                    second.withLock { $0 += 1 }
                    return 2
                }
            }
        }
        try await until { flight.waitingCount == 10 }
        landing.answer()
        #expect(try await first.value == 1)
        for other in others { #expect(try await other.value == 2) }
        #expect(second.withLock { $0 } == 1)
    }

    @Test("a failure is everybody's, and is not kept")
    func failure() async throws {
        let flight = SingleFlight<Int, any Error>()
        let landing = Waiter<Void>()
        let begun = Signal()
        let first = Task {
            try await flight.join { () async throws -> Int in
                begun.raise()
                await landing.value()
                throw Failure(number: 9)
            }
        }
        await begun.wait(beyond: 0)
        let other = Task { try await flight.join { 2 } }
        try await until { flight.waitingCount == 1 }
        landing.answer()
        await #expect(throws: Failure(number: 9)) { try await first.value }
        await #expect(throws: Failure(number: 9)) { try await other.value }
        #expect(try await flight.join { 3 } == 3)
    }

    @Test("when who flies is cancelled, one of the waiting flies for all")
    func handOver() async throws {
        let flight = SingleFlight<Int, any Error>()
        let begun = Signal()
        let first = Task {
            try await flight.join {
                begun.raise()
                try await Task.sleep(for: .seconds(3600))
                return 1
            }
        }
        await begun.wait(beyond: 0)
        let flown = Locked(0)
        let others = (0..<5).map { number in
            Task {
                let fly: @Sendable () async throws -> Int = {
                    flown.withLock { $0 += 1 }
                    return 2
                }
                return number.isMultiple(of: 2) ? try await flight.join(fly) : try await flight.fresh(fly)
            }
        }
        try await until { flight.waitingCount == 5 }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        for other in others { #expect(try await other.value == 2) }
        #expect(flown.withLock { $0 } == 1)
    }

    @Test("cancellations at any moment fail nobody else, and leave no flight behind")
    func race() async throws {
        let flight = SingleFlight<Int, any Error>()
        for round in 0..<2000 {
            let tasks = (0..<6).map { number in
                Task {
                    let fly: @Sendable () async throws -> Int = {
                        await Task.yield()
                        try Task.checkCancellation()
                        return round
                    }
                    return number.isMultiple(of: 2) ? try await flight.join(fly) : try await flight.fresh(fly)
                }
            }
            tasks[round % 6].cancel()
            tasks[(round + 1) % 6].cancel()
            for (number, task) in tasks.enumerated() {
                switch await task.result {
                case .success(let value): #expect(value == round)
                case .failure:
                    #expect(number == round % 6 || number == (round + 1) % 6, "a task failed that nobody cancelled")
                }
            }
            #expect(flight.waitingCount == 0)
        }
        #expect(try await flight.join { 7 } == 7)
    }
}
