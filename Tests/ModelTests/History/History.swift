import PostgreSQL
import Rewards
import Spending

/// One random history: operations on a service, the same on the reference, compared after each.
final class History {
    /// What went wrong, with what led there and how to see it again.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let seed: UInt64
    let service: ServiceUnderTest
    var random: SeededGenerator
    var world: NaiveWorld
    var tally = Tally()
    /// Everything done, in words.
    private(set) var log: [String] = []
    var nextNumber = 0
    /// Every connection delivery so far, to be repeated at will.
    var deliveries: [Delivery] = []
    /// The inbox entry that each event came with first.
    var inboxIDs: [UserEvent: Int64] = [:]
    /// Every inbox entry that says an event.
    var saidBy: [UserEvent: Set<Int64>] = [:]
    /// The inbox entries that are known to have been answered while their sender waited.
    var answeredIDs: Set<Int64> = []
    /// What operators decided that it does not count, by user.
    var discarded: [String: Set<NaivePreferences.Event>] = [:]
    /// What operators decided that it is no retry, by user.
    var confirmedWords: [String: Set<NaivePreferences.Event>] = [:]
    /// The events of which each delivery is known to have been answered, by user.
    var answered: [String: Set<NaivePreferences.Event>] = [:]
    /// When each word was first heard.
    var heardMicros: [UserEvent: Int64] = [:]
    /// The deliveries that are held, and after how many words that was worked out.
    var held: (heard: [Int], ids: Set<Int64>)?
    var platformCalls: [(call: PlatformCall, version: Int64)] = []
    var previews: [HeldPreview] = []
    /// The days that the worker need not compare any more.
    var comparedDays: Set<Int64> = []
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
    /// Authorisations that refunds named before they were recorded.
    var promisedAuthorizations: [(id: String, card: Int)] = []

    init(seed: UInt64, service: ServiceUnderTest) {
        self.seed = seed
        self.service = service
        world = NaiveWorld(service: service.fallback.ownProgramID, holdsRefused: service.fallback.refused == .hold)
        random = SeededGenerator(seed: seed)
    }

    /// Runs so many steps, then lets everything come to rest and compares the books for good.
    func run(steps: Int) async throws {
        do {
            try await open()
            for _ in 0..<steps {
                await pass(seconds: random.number(1...20))
                try await perform(Operation.pick(&random))
                try await compare()
            }
            try await comeToRest()
            try await prove()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw fault("threw \(error)")
        }
    }

    /// Time passes, and what was under way to Cosmo arrives when it is due.
    func pass(seconds: Int64) async {
        service.clock.advance(seconds: seconds)
        await service.cosmo.settleLate()
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
        let began = ContinuousClock.now
        defer { tally.time("the comparison after each step", since: began) }
        let broken =
            service.cosmo.takeFaults()
            + (try await Comparison.differences(world, heldDeliveries: heldDeliveries(), service.pool))
        guard broken.isEmpty else { throw fault(broken.prefix(12).joined(separator: "\n")) }
    }

    private func open() async throws {
        let began = ContinuousClock.now
        defer { tally.time("beginning", since: began) }
        for program in [Catalogue.flat, Catalogue.tiers, Catalogue.value] {
            try await configure(program, Catalogue.configurations(program)[0])
        }
        try await register(0)
        try await hear(source: 0, program: Catalogue.flat, isLink: true, parts: 2)
        try await hear(source: 0, program: Catalogue.tiers, isLink: true, parts: 1)
        try await compare()
    }
}
