import Cryptography
import Foundation
import Synchronization

/// The sandbox without its sockets: state behind one lock, the journal behind the state, the rules over both.
///
/// **Concurrency**: every change is decided and applied under the lock, so two simultaneous uses of one reference
/// number see each other; nothing waits for the disk while holding it.
final class SandboxCore: Sendable {
    /// What decides a call beside the books; small, so a copy may leave the lock.
    struct Rules: Sendable {
        var data: SandboxDataFile
        var switches: SandboxSwitches
    }

    /// Never copied out of the lock as a whole: a copy of the books would make the next change duplicate them.
    struct State {
        var books = SandboxBooks()
        var rules: Rules
        var faults = FaultSchedule()
        var endpoints: [SandboxWebhookKind: SandboxWebhookEndpoint]
        /// What each user has chosen in the widget, by program; it only shapes the page, so it is not journalled.
        var links: [String: [String: SandboxConnectionEvent]] = [:]
        /// How often each call was made, for tests that count.
        var calls: [String: Int] = [:]
    }

    let configuration: CosmoSandboxConfiguration
    let tokens = TokenDesk()
    let queue = DeliveryQueue()
    let receiverTokens = ReceiverTokens()
    let state: Mutex<State>
    private let journal: Journal?

    init(configuration: CosmoSandboxConfiguration) throws {
        self.configuration = configuration
        let data = try configuration.dataFilePath.map(SandboxDataFile.init(path:)) ?? configuration.data
        if let problem = data.problems().first { throw SandboxInputError(problem) }
        var books = SandboxBooks()
        if let directory = configuration.directory {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let decoder = JSONDecoder()
            journal = try Journal(path: "\(directory)/journal.jsonl", isDurable: configuration.isDurable) { line in
                books.apply(try decoder.decode(JournalEntry.self, from: Data(line)))
            }
        } else {
            journal = nil
        }
        var endpoints: [SandboxWebhookKind: SandboxWebhookEndpoint] = [:]
        endpoints[.transaction] = configuration.transactionWebhook
        endpoints[.programConnection] = configuration.connectionWebhook
        state = Mutex(
            State(books: books, rules: Rules(data: data, switches: configuration.switches), endpoints: endpoints))
        queue.add(books.pendingIDs())
    }

    var rules: Rules { state.withLock { $0.rules } }

    var switches: SandboxSwitches { rules.switches }

    /// Counts a call by name.
    func count(_ call: String) { state.withLock { $0.calls[call, default: 0] += 1 } }

    /// The fault that strikes this call, if any.
    func strike(_ call: SandboxFault.Call) -> SandboxFault? { state.withLock { $0.faults.strike(call) } }

    /// Decides under the lock, applies and journals what was decided, and returns once it is on disk.
    ///
    /// **Errors**: the decision's own; `serverError` when the disk refused, after which the outcome is unknown.
    func commit<Value: Sendable>(
        _ decide: (inout State) throws(SandboxRefusal) -> (Value, [JournalEntry])
    ) async throws(SandboxRefusal) -> Value {
        var decided: Result<(Value, UInt64?), SandboxRefusal>
        decided = state.withLock { state in
            do throws(SandboxRefusal) {
                let (value, entries) = try decide(&state)
                for entry in entries { state.books.apply(entry) }
                return .success((value, entries.isEmpty ? nil : journal?.append(entries)))
            } catch {
                return .failure(error)
            }
        }
        let (value, mark) = try decided.get()
        if let mark, let journal, await !journal.durable(upTo: mark) { throw SandboxRefusal(.serverError) }
        return value
    }

    /// Journals what became of a delivery without waiting for the disk: losing it means one delivery more, which is
    /// allowed.
    func settle(_ entry: JournalEntry) {
        state.withLock { state in
            state.books.apply(entry)
            _ = journal?.append([entry])
        }
    }

    /// Lets another sandbox use the directory; called when this one has stopped.
    func release() { journal?.release() }

    /// Milliseconds since the Unix epoch.
    static func nowMilliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    /// ISO 8601 in UTC with milliseconds.
    static func iso8601(_ milliseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(milliseconds / 1000))
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(date.formatted(.iso8601).dropLast()).\(fraction)Z"
    }

    /// An id nobody used before.
    static func freshID(_ prefix: String) -> String { prefix + Hexadecimal.encode(randomBytes(count: 9)) }
}
