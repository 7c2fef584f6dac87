import PostgreSQL
import Spending

/// One random history: operations on a house, the same on the reference, compared after each.
final class History {
    /// What went wrong, with what led there and how to see it again.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// How much of everything a history did, so that a run shows that it did not pass by doing nothing.
    struct Tally: Sendable {
        var counts: [String: Int] = [:]

        mutating func count(_ what: String, by number: Int = 1) { counts[what, default: 0] += number }

        mutating func add(_ other: Tally) { counts.merge(other.counts, uniquingKeysWith: +) }
    }

    let seed: UInt64
    let house: House
    var random: SeededGenerator
    var world = NaiveWorld()
    var tally = Tally()
    /// Everything done, in words.
    private(set) var log: [String] = []
    var nextNumber = 0
    /// Every connection delivery so far, to be repeated at will.
    var deliveries: [(stamp: String, body: String)] = []
    /// How many of Cosmo's webhooks were delivered, by their place.
    var deliveredWebhooks: [Int: Int] = [:]
    /// References seen confirmed: they stay so (I-7).
    var confirmed: Set<String> = []
    /// Everything said about links so far, in the order it was heard.
    var events: [(user: String, event: NaivePreferences.Event)] = []
    var sentSpends: [String: SentSpend] = [:]
    var pausedProgram: String?
    var sentRefunds: [String: RefundRequest] = [:]
    /// Spends that refunds wait for.
    var promisedSpends: [(id: String, card: Int)] = []

    init(seed: UInt64, house: House) {
        self.seed = seed
        self.house = house
        random = SeededGenerator(seed: seed)
    }

    /// Runs so many steps, then lets everything come to rest and compares the books for good.
    func run(steps: Int) async throws {
        do {
            try await open()
            for _ in 0..<steps {
                await pass(seconds: random.number(1...20))
                try await step()
                try await compare()
            }
            try await comeToRest()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw fault("threw \(error)")
        }
    }

    /// Time passes, and what was under way to Cosmo arrives when it is due.
    func pass(seconds: Int64) async {
        house.clock.advance(seconds: seconds)
        await house.cosmo.settleLate()
    }

    func note(_ text: String) { log.append("\(log.count + 1). \(text)") }

    func number() -> Int {
        nextNumber += 1
        return nextNumber
    }

    func fault(_ what: String) -> Failure {
        Failure(
            description: """
                seed \(seed), after \(log.count) operations: \(what)
                the last operations:
                \(log.suffix(20).map { "  " + $0 }.joined(separator: "\n"))
                again: MULTIBRAND_MODEL_SEED=\(seed) MULTIBRAND_MODEL_HISTORIES=1 .ci/test ModelTests
                """)
    }

    /// The invariants, after every step.
    func compare() async throws {
        let broken = house.cosmo.takeFaults() + (try await Comparison.differences(world, house.pool))
        guard broken.isEmpty else { throw fault(broken.prefix(12).joined(separator: "\n")) }
    }

    private func open() async throws {
        for program in [Catalogue.flat, Catalogue.tiers, Catalogue.value] {
            try await configure(program, Catalogue.configurations(program)[0])
        }
        try await register(0)
        try await hear(source: 0, program: Catalogue.flat, isLink: true, parts: 2)
        try await hear(source: 0, program: Catalogue.tiers, isLink: true, parts: 1)
        try await compare()
    }

    private func step() async throws {
        switch random.number(0...99) {
        case 0...1: try await registerSomeCard()
        case 2...8: try await hearSomething()
        case 9...10: try await hearAgain()
        case 11...13: try await allocate()
        case 14...32: try await spendSomething()
        case 33...34: try await spendAgain()
        case 35: try await spendOtherwise()
        case 36...37: try await spendAtOnce()
        case 38...40: try await configureSomething()
        case 41...42: try await settleParkedLegs()
        case 43...46: try await checkLinks()
        case 47...52: try await plan()
        case 53...58: try await send()
        case 59...62: try await resolve()
        case 63...68: try await deliverWebhook()
        case 69...70: try await operate()
        case 71...72: try await letTimePass()
        case 73: try await pauseOrResume()
        case 74...83: try await refundSomething()
        case 84...87: try await undoSomething()
        case 88: try await refundAmiss()
        case 89...91: try await refundUnnamed()
        case 92...93: try await authorize()
        case 94...97: try await clear()
        case 98: try await reverse()
        default: try await writeOff()
        }
    }
}
