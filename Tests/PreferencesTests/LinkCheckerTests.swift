import Cosmo
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import Preferences

/// The check of new and changed links.
@Suite struct LinkCheckerTests {
    static func checker(_ room: TestRoom, _ cosmo: StandInCosmo) -> LinkChecker {
        // The longest wait that jitter allows, so that the clock decides when a check is due again.
        LinkChecker(context: room.context, cosmo: cosmo, logger: TestRoom.logger, random: { $0.upperBound })
    }

    static func check(_ room: TestRoom, program: String = "prg_a") async throws -> PreferencesSnapshot.Check? {
        try await room.current("card-1").links.first { $0.programID == program }?.check
    }

    @Test("a new link is asked about once, becomes valid, and issuance is asked to look again")
    func valid() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let cosmo = StandInCosmo { _ in .success(true) }
            let checker = Self.checker(room, cosmo)
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            #expect(try await checker.waitingCount() == 1)
            #expect(try await checker.checkDue() == 1)
            let check = try await Self.check(room)
            #expect(check?.validity == .valid && check?.checkedAt == room.clock.now)
            #expect(cosmo.asked.all == ["prg_a M-1"])
            #expect(room.usable.all == ["card-1 prg_a"])
            room.clock.advance(seconds: 100_000)
            #expect(try await checker.checkDue() == 0)
            #expect(try await checker.waitingCount() == 0)
        }
    }

    @Test("a link to a program that pays into the wallet needs no account, and Cosmo is not asked about it")
    func wallet() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let cosmo = StandInCosmo { _ in .success(false) }
            _ = try await room.register("card-1", source: "u-1")
            _ = try await LinkProgram(context: room.context)(
                LinkProgram.Request(
                    cardID: "card-1", programID: "prg_stars", account: CosmoAccount(fields: [:]), requestID: "r1"))
            _ = try await Self.checker(room, cosmo).checkDue()
            #expect(try await Self.check(room, program: "prg_stars")?.validity == .valid)
            #expect(cosmo.asked.all.isEmpty)
            #expect(room.usable.all == ["card-1 prg_stars"])
            let users = try await room.pool.withConnection { connection in
                try await FindCardUsers()(["nobody", "card-1"], on: connection)
            }
            #expect(users == [nil, "user-card-1"])
        }
    }

    @Test("an account Cosmo does not know is invalid, and linking it again has it checked again")
    func invalid() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let cosmo = StandInCosmo { _ in .success(false) }
            let checker = Self.checker(room, cosmo)
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            _ = try await checker.checkDue()
            #expect(try await Self.check(room)?.reason == "NOT_A_MEMBER")
            #expect(room.usable.all.isEmpty)
            cosmo.answers { _ in .success(true) }
            try await room.deliver(Delivery(second: 2_000), inboxID: 2)
            _ = try await checker.checkDue()
            #expect(try await Self.check(room)?.validity == .valid)
        }
    }

    @Test("a missing required field is found without asking Cosmo, and named")
    func missingField() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let cosmo = StandInCosmo { _ in .success(true) }
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(program: "prg_mail", second: 1_000), inboxID: 1)
            _ = try await Self.checker(room, cosmo).checkDue()
            let check = try await Self.check(room, program: "prg_mail")
            #expect(check?.validity == .invalid)
            #expect(check?.reason == "MISSING_ACCOUNT_FIELD destinationUserEmail")
            #expect(cosmo.asked.all.isEmpty)
        }
    }

    @Test("a check that could not be made leaves the link unchecked and is tried later and later")
    func unreachable() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let cosmo = StandInCosmo { _ in .failure(StandInCosmo.down) }
            let checker = Self.checker(room, cosmo)
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            for wait in [Int64(2), 4, 8] {
                #expect(try await checker.checkDue() == 1)
                let check = try await Self.check(room)
                #expect(check?.validity == .unchecked && check?.reason == "COSMO_SERVER_ERROR")
                room.clock.advance(seconds: wait - 1)
                #expect(try await checker.checkDue() == 0)
                room.clock.advance(seconds: 1)
            }
            cosmo.answers { _ in .success(true) }
            #expect(try await checker.checkDue() == 1)
            #expect(try await Self.check(room)?.validity == .valid)
        }
    }

    @Test("a database that is away is looked for later and later, and logged once")
    func outage() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let log = RecordedLog()
            let spans = Mutex<[ClosedRange<Int64>]>([])
            let checker = LinkChecker(
                context: room.context, cosmo: StandInCosmo { _ in .success(true) },
                configuration: .init(pollInterval: .milliseconds(8)), logger: log.logger,
                random: { span in
                    spans.withLock { $0.append(span) }
                    return span.lowerBound
                })
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            try await room.pool.withConnection { try await $0.execute("alter table links rename to away") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await checker.run() }
                try await eventually("it was tried five times") { spans.withLock { $0.count } >= 5 }
                #expect(log.all == ["warning checking links failed; will retry until it succeeds"])
                let first = spans.withLock { Array($0.prefix(5)) }
                #expect(first == [4000...8000, 8000...16_000, 16_000...32_000, 32_000...64_000, 64_000...128_000])
                try await room.pool.withConnection { try await $0.execute("alter table away rename to links") }
                try await eventually("the link is checked") { try await Self.check(room)?.validity == .valid }
                group.cancelAll()
            }
            #expect(log.all.dropFirst() == ["notice checking links succeeds again"])
        }
    }

    @Test("a checker that does not poll is woken by a change, and by the time at which a check is due")
    func idle() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let cosmo = StandInCosmo { _ in .success(true) }
            let checker = LinkChecker(
                context: room.context, cosmo: cosmo, configuration: .init(pollInterval: .seconds(86_400)),
                logger: TestRoom.logger)
            _ = try await room.register("card-1", source: "u-1")
            for (number, program) in [(1, "prg_a"), (2, "prg_b")] {
                try await room.deliver(
                    Delivery(program: program, second: Int64(1_000 * number)), inboxID: Int64(number))
            }
            let later = room.clock.now.advanced(by: .milliseconds(500))
            _ = try await room.pool.query(
                "update links set validity_due_at = $1 where program_id = 'prg_b'", [.timestamptz(later)])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await checker.run() }
                try await eventually("what is due is checked") { try await Self.check(room)?.validity == .valid }
                room.clock.advance(seconds: 1)
                try await eventually("what was put off is checked") {
                    try await Self.check(room, program: "prg_b")?.validity == .valid
                }
                try await room.deliver(Delivery(program: "prg_c", second: 3_000), inboxID: 3)
                checker.wake()
                try await eventually("what is new is checked") {
                    try await Self.check(room, program: "prg_c")?.validity == .valid
                }
                group.cancelAll()
            }
        }
    }

    @Test("an answer about an account that was changed meanwhile is dropped")
    func changedMeanwhile() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let cosmo = StandInCosmo { _ in .success(true) }
            cosmo.answers { account in
                if account.userID == "M-1" {
                    _ = try? await room.deliver(Delivery(account: "M-2", second: 2_000), inboxID: 2)
                }
                return .success(account.userID == "M-1")
            }
            let checker = Self.checker(room, cosmo)
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            #expect(try await checker.checkDue() == 1)
            #expect(try await Self.check(room)?.validity == .unchecked)
            #expect(try await checker.checkDue() == 1)
            #expect(try await Self.check(room)?.validity == .invalid)
            #expect(cosmo.asked.all == ["prg_a M-1", "prg_a M-2"])
        }
    }

    @Test("two checkers share the work without asking twice")
    func twoCheckers() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            let cosmo = StandInCosmo { _ in .success(true) }
            for index in 0..<30 {
                _ = try await room.register("card-\(index)", source: "u-\(index)")
                try await room.deliver(
                    Delivery(source: "u-\(index)", account: "M-\(index)", second: 1_000), inboxID: Int64(index + 1))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let checker = Self.checker(room, cosmo)
                        while try await checker.checkDue() > 0 {}
                    }
                }
                try await group.waitForAll()
            }
            #expect(cosmo.asked.all.count == 30)
            #expect(Set(cosmo.asked.all).count == 30)
            #expect(room.usable.all.count == 30)
        }
    }

    @Test("issuance finds destinations in the order asked, a removed link's last account among them")
    func destinations() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            try await room.deliver(Delivery(second: 1_000), inboxID: 1)
            try await room.deliver(Delivery(program: "prg_b", account: "M-7", second: 1_000), inboxID: 2)
            try await room.deliver(Delivery(program: "prg_b", type: "DELINKED", account: "", second: 2_000), inboxID: 3)
            let found = try await room.pool.withConnection { connection in
                try await FindDestinations()(
                    [("card-1", "prg_b"), ("nobody", "prg_a"), ("card-1", "prg_a")].map(DestinationKey.init),
                    on: connection)
            }
            #expect(found.map { $0?.account.userID } == ["M-7", nil, "M-1"])
            #expect(found[2]?.validity == .unchecked)
        }
    }

    @Test("a widget session is for the card's source user and ends when its token does")
    func widget() async throws {
        try await TestRoom.with { (room: TestRoom) async throws in
            _ = try await room.register("card-1", source: "u-1")
            let create = CreateWidgetSession(context: room.context, cosmo: StandInCosmo { _ in .success(true) })
            let session = try await create(cardID: "card-1", kind: .multibrand)
            #expect(session.accessToken == "token-of-u-1")
            #expect(session.expiresAt == room.clock.now.advanced(by: .seconds(600)))
            await #expect(throws: PreferencesError.self) { try await create(cardID: "nobody", kind: .multibrand) }
        }
    }
}
