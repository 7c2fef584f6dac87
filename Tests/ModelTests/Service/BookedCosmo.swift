import Cosmo
import Foundation
import PostgreSQL
import Synchronization

@testable import CosmoSandbox

/// The sandbox's rules and books behind the calls of the client, with mishaps that a seed decides.
///
/// What a call comes to depends on the seed, the reference and the number of the try alone, so that a history repeats
/// exactly however its calls interleave. It watches I-6 and I-7 at the one place where they can be broken for good.
final class BookedCosmo: CosmoAPI {
    /// What happens to an issuance call.
    enum Mishap: Sendable {
        case none
        case lostBefore
        case lostAfter
        /// It times out, and reaches Cosmo's books only later.
        case lostLate
        case notSent
        case rateLimited
        case refused
    }

    private struct State {
        var tries: [String: Int] = [:]
        var late: [(request: CosmoIssuanceRequest, dueMicros: Int64)] = []
        var faults: [String] = []
        var reads = 0
        var listings = 0
        /// Whether the listing has all transactions, which a recovery counts on.
        var listsAll = false
        /// When each transaction came into the books.
        var bookedMicros: [String: Int64] = [:]
        /// What was asked for by name and could not be read, since it was last looked at.
        var unread: Set<String> = []
    }

    let core: SandboxCore
    private let state = Mutex(State())
    let seed: UInt64
    private let clock: VirtualClock
    private let pool: PostgresPool
    private let programList: [CosmoProgram]
    private let lateMicros: Int64
    private let mishapPercent: Int

    init(
        seed: UInt64, clock: VirtualClock, pool: PostgresPool, programs: [SandboxProgram], lateMicros: Int64,
        mishapPercent: Int
    ) throws {
        self.seed = seed
        self.clock = clock
        self.pool = pool
        self.lateMicros = lateMicros
        self.mishapPercent = mishapPercent
        var configuration = CosmoSandboxConfiguration()
        configuration.data.programs = programs
        core = try SandboxCore(configuration: configuration)
        programList = programs.map { program in
            CosmoProgram(
                id: program.id, name: program.name, programCurrency: "USD", localCurrency: program.localCurrency,
                pointsLimits: CosmoLimits(
                    minimum: Decimal(program.minAmountOfPoints), maximum: Decimal(program.maxAmountOfPoints)),
                valueLimits: CosmoLimits(minimum: Decimal(program.minValue), maximum: Decimal(program.maxValue)))
        }
    }

    /// What was done that must never be done, and forgets it.
    func takeFaults() -> [String] {
        state.withLock { state in
            defer { state.faults = [] }
            return state.faults
        }
    }

    /// Every transaction of the books.
    var transactions: [SandboxTransaction] { core.state.withLock { $0.books.transactions } }

    /// When each transaction came into the books, by its reference.
    var bookedMicros: [String: Int64] { state.withLock { $0.bookedMicros } }

    /// Whether the listing has all transactions, which a recovery counts on.
    var listsAll: Bool {
        get { state.withLock { $0.listsAll } }
        set { state.withLock { $0.listsAll = newValue } }
    }

    /// What was asked for by name and could not be read, and forgets it.
    func takeUnread() -> Set<String> {
        state.withLock { state in
            defer { state.unread = [] }
            return state.unread
        }
    }

    /// Every webhook that the books ever queued, in order.
    var webhooks: [String] {
        core.state.withLock { state in state.books.deliveries.values.sorted { $0.id < $1.id }.map(\.body) }
    }

    /// Books what timed out and was under way all the same, once its time has come.
    func settleLate(all: Bool = false) async {
        let now = clock.nowMicros
        let due = state.withLock { state in
            defer { state.late.removeAll { all || $0.dueMicros <= now } }
            return state.late.filter { all || $0.dueMicros <= now }
        }
        for late in due { _ = try? await book(late.request, atMicros: min(now, late.dueMicros)) }
    }

    // MARK: the calls

    func issue(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer {
        let reference = request.referenceNumber
        let attempt = state.withLock { state in
            state.tries[reference, default: 0] += 1
            return state.tries[reference] ?? 1
        }
        await watch(request)
        switch mishap(reference, attempt) {
        case .none:
            return try await answer(request)
        case .lostBefore:
            throw CosmoError(call: .issuance, kind: .unknown, reason: .timedOut)
        case .lostAfter:
            _ = try await answer(request)
            throw CosmoError(call: .issuance, kind: .unknown, reason: .connectionLost)
        case .lostLate:
            let due = clock.nowMicros + lateMicros
            state.withLock { $0.late.append((request, due)) }
            throw CosmoError(call: .issuance, kind: .unknown, reason: .timedOut)
        case .notSent:
            throw CosmoError(call: .issuance, kind: .notSent, reason: .connectionFailed)
        case .rateLimited:
            throw CosmoError(
                call: .issuance, kind: .rateLimited, reason: .rateLimited, status: 429, outcome: .notApplied)
        case .refused:
            throw CosmoError(call: .issuance, kind: .refused, reason: .invalidRequest, status: 400)
        }
    }

    func transaction(_ idOrReference: String) async throws(CosmoError) -> CosmoTransaction? {
        try failSomeReads(of: idOrReference)
        let found = core.state.withLock {
            $0.books.transaction(id: idOrReference) ?? $0.books.transaction(reference: idOrReference)
        }
        return found.map(Self.told)
    }

    func findTransaction(
        referenceNumber: String, programID: String?, fromSeconds: Int64, toSeconds: Int64
    ) async throws(CosmoError) -> CosmoTransaction? {
        try await transaction(referenceNumber)
    }

    func transactions(
        fromSeconds: Int64, toSeconds: Int64, programID: String?
    ) async throws(CosmoError) -> [CosmoTransaction] {
        let number = state.withLock { state in
            state.listings += 1
            return state.listings
        }
        if mishapPercent > 0, (UInt64(number) &+ seed) % 9 == 0 {
            throw CosmoError(call: .transactions, kind: .unknown, reason: .serverError, status: 500)
        }
        return listed(fromSeconds: fromSeconds, toSeconds: toSeconds)
            .filter { programID == nil || $0.programID == programID }
    }

    func programs() async throws(CosmoError) -> [CosmoProgram] { programList }

    func fields(programID: String) async throws(CosmoError) -> CosmoProgramFields {
        CosmoProgramFields(fields: [.init(name: CosmoAccount.userIDField, isRequired: true)])
    }

    func validateMember(programID: String, account: CosmoAccount) async throws(CosmoError) -> Bool {
        !(account.userID ?? "").hasPrefix("stranger")
    }

    func preview(programID: String, value: Int64) async throws(CosmoError) -> Decimal { Decimal(value) }

    func widgetToken(kind: CosmoWidgetKind, sourceUserID: String) async throws(CosmoError) -> CosmoWidgetToken {
        throw CosmoError(call: .widgetToken, kind: .notSent, reason: .notConfigured)
    }

    // MARK: what is behind them

    private func mishap(_ reference: String, _ attempt: Int) -> Mishap {
        var random = SeededGenerator(seed: Self.hash(reference, seed &+ UInt64(attempt)))
        guard random.chance(mishapPercent) else { return .none }
        switch random.number(0...9) {
        case 0, 1: return .lostBefore
        case 2, 3, 4: return .lostAfter
        case 5: return .lostLate
        case 6, 7: return .notSent
        case 8: return .rateLimited
        default: return .refused
        }
    }

    private func failSomeReads(of name: String) throws(CosmoError) {
        let number = state.withLock { state in
            state.reads += 1
            return state.reads
        }
        if mishapPercent > 0, (UInt64(number) &+ seed) % 7 == 0 {
            state.withLock { _ = $0.unread.insert(name) }
            throw CosmoError(call: .transaction, kind: .unknown, reason: .serverError, status: 500)
        }
    }

    private func answer(_ request: CosmoIssuanceRequest) async throws(CosmoError) -> CosmoIssuanceAnswer {
        do throws(SandboxRefusal) {
            let transaction = try await book(request)
            return CosmoIssuanceAnswer(
                id: transaction.id, totalPoints: Decimal(transaction.points),
                referenceNumber: transaction.referenceNumber)
        } catch {
            guard error.cause == .duplicateReference else {
                throw CosmoError(call: .issuance, kind: .refused, reason: .invalidRequest, status: 400)
            }
            throw CosmoError(call: .issuance, kind: .duplicateReference, reason: .duplicateReference, status: 409)
        }
    }

    private func book(
        _ request: CosmoIssuanceRequest, atMicros: Int64? = nil
    ) async throws(SandboxRefusal) -> SandboxTransaction {
        let body = WireValue.object([
            "programId": .string(request.programID), "value": .integer(request.value),
            "currency": .string(request.currency), "referenceNumber": .string(request.referenceNumber),
            "destinationAccount": .object(request.account.fields.mapValues { .string($0) }),
        ])
        switch try await core.issue(try IssuanceRequest(body)) {
        case .issued(let transaction, _, _):
            let micros = atMicros ?? clock.nowMicros
            state.withLock { state in
                if state.bookedMicros[transaction.referenceNumber] == nil {
                    state.bookedMicros[transaction.referenceNumber] = micros
                }
            }
            return transaction
        case .lost: throw SandboxRefusal(.serverError)
        }
    }

    /// A call may leave only for an issuance that is leased on disk, of a position that owes nothing, and never when
    /// the books have its reference already.
    private func watch(_ request: CosmoIssuanceRequest) async {
        let reference = request.referenceNumber
        let isLate = state.withLock { state in state.late.contains { $0.request.referenceNumber == reference } }
        if isLate || core.state.withLock({ $0.books.transaction(reference: reference) }) != nil {
            note("I-6: \(reference) was sent again although Cosmo has it")
        }
        do {
            let rows = try await pool.query(
                """
                select i.status, p.earned_micro - p.clawed_back_micro + p.written_off_micro - p.issued_micro
                           - p.in_flight_micro - p.unknown_micro as balance
                  from issuances i join positions p using (card_id, program_id, unit)
                 where i.reference_number = $1
                """, [.text(reference)])
            guard let row = rows.first else { return note("I-6: \(reference) was sent before it was on disk") }
            let status = try row.get("status", as: String.self)
            if status != "sending" { note("I-6: \(reference) was sent while it was \(status)") }
            let balance = try row.get("balance", as: Int64.self)
            if balance < 0 { note("I-7: \(reference) was sent while its position owed \(-balance)") }
        } catch {
            note("\(reference) could not be looked up: \(error)")
        }
    }

    private func note(_ fault: String) { state.withLock { $0.faults.append(fault) } }

    static func told(_ transaction: SandboxTransaction) -> CosmoTransaction {
        CosmoTransaction(
            id: transaction.id, referenceNumber: transaction.referenceNumber, value: Decimal(transaction.value),
            currency: transaction.currency, totalPoints: Decimal(transaction.points),
            programID: transaction.programID, account: CosmoAccount(fields: transaction.account))
    }

    static func hash(_ text: String, _ seed: UInt64) -> UInt64 {
        var hash = seed ^ 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
