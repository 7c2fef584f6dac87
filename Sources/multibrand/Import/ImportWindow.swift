import MultibrandAPI
import RPC

/// The lines that are sent and not yet settled, in the file's order.
///
/// The service answers a stream in order. A line whose answer is temporary (overload, a lost commit) keeps its place
/// and is sent again in the next round; nothing behind it is settled before it, so that a position is a prefix of the
/// file.
struct ImportWindow {
    enum Verdict: Equatable {
        case recorded, repeated
        case rejected(reason: String, message: String)
    }

    struct Entry {
        let line: PurchaseFile.Line
        var verdict: Verdict?
        /// How often the service met a fault of its own with this line.
        var faults = 0
    }

    /// After so many faults with one line it is rejected, so that it does not hold up the others without end.
    static let faultsMax = 5

    private var entries: [Int: Entry] = [:]
    private var first = 0
    private var end = 0
    private var sendCursor = 0
    private var answerCursor = 0
    /// Whether this round should end: an answer asked to come back later.
    private(set) var isPausing = false
    /// What the last temporary answer said.
    private(set) var lastProblem = ""

    var isEmpty: Bool { first == end }

    /// Begins a stream: everything that is not settled is sent again, in order.
    mutating func beginRound() {
        sendCursor = first
        answerCursor = first
        isPausing = false
    }

    /// Adds a line of the file at the end; one that is no purchase is rejected at once.
    mutating func append(_ line: PurchaseFile.Line) {
        var entry = Entry(line: line)
        if case .failure(let problem) = line.spend {
            entry.verdict = .rejected(reason: problem.reason, message: problem.message)
        }
        entries[end] = entry
        end += 1
    }

    /// The next spend to send; nil when every line that was appended is sent or settled, or the round is to end.
    mutating func nextToSend() -> Multibrand_V1_Spend? {
        while !isPausing, sendCursor < end {
            defer { sendCursor += 1 }
            if let entry = entries[sendCursor], entry.verdict == nil, case .success(let spend) = entry.line.spend {
                return spend
            }
        }
        return nil
    }

    /// Takes the next answer of the stream.
    mutating func answer(_ answer: Multibrand_V1_RecordSpendsResponse) throws {
        // Lines settled since were answered in an earlier round, or never sent.
        answerCursor = max(answerCursor, first)
        while let entry = entries[answerCursor], entry.verdict != nil { answerCursor += 1 }
        guard answerCursor < sendCursor, var entry = entries[answerCursor], entry.line.spendID == answer.spendID else {
            throw CommandFailure(
                .failed, "the service answered a spend that is not the next one; is it another version?")
        }
        switch answer.result {
        case .recorded(let recorded): entry.verdict = recorded.replayed ? .repeated : .recorded
        case .error(let error) where Self.isTemporary(error):
            pause("\(error.message) [\(error.reason)]")
        case .error(let error) where Self.isFault(error) && entry.faults + 1 < Self.faultsMax:
            entry.faults += 1
            pause("\(error.message) [\(error.reason)]")
        case .error(let error): entry.verdict = .rejected(reason: error.reason, message: error.message)
        case nil: throw CommandFailure(.failed, "the service answered a spend with nothing; is it another version?")
        }
        entries[answerCursor] = entry
        answerCursor += 1
    }

    /// Takes out the lines at the front that are settled.
    mutating func settled() -> [Entry] {
        var done: [Entry] = []
        while first < end, let entry = entries[first], entry.verdict != nil {
            done.append(entry)
            entries[first] = nil
            first += 1
        }
        return done
    }

    private mutating func pause(_ problem: String) {
        isPausing = true
        lastProblem = problem
    }

    private static func isTemporary(_ error: Multibrand_V1_SpendError) -> Bool {
        guard let code = RPCStatusCode(rawValue: Int(error.code)), !isFault(error) else { return false }
        return error.outcome == "unknown" || isTemporary(code)
    }

    private static func isFault(_ error: Multibrand_V1_SpendError) -> Bool {
        switch RPCStatusCode(rawValue: Int(error.code)) {
        case .internal, .unknown, .dataLoss, nil: true
        default: false
        }
    }

    /// Whether a call that failed so may go through later, unchanged.
    static func isTemporary(_ code: RPCStatusCode) -> Bool {
        switch code {
        case .unavailable, .deadlineExceeded, .resourceExhausted, .aborted, .cancelled: true
        default: false
        }
    }
}
