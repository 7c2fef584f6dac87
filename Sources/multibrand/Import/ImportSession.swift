import MultibrandAPI
import Synchronization

/// One run's state, shared by the half that sends and the half that takes answers.
///
/// **Concurrency** One lock; the file is read under it, a chunk at a time.
final class ImportSession: Sendable {
    private struct State {
        var file: PurchaseFile
        var window = ImportWindow()
        var ledger: ImportLedger
        var isAtEnd = false
    }

    private let state: Mutex<State>

    init(file: consuming sending PurchaseFile, ledger: consuming sending ImportLedger) {
        state = Mutex(State(file: file, ledger: ledger))
    }

    var settledLines: Int64 { state.withLock { $0.ledger.settledLines } }
    var progress: ImportProgress { state.withLock { $0.ledger.progress } }
    var lastProblem: String { state.withLock { $0.window.lastProblem } }

    /// Whether every line of the file is settled.
    var isComplete: Bool { state.withLock { $0.isAtEnd && $0.window.isEmpty } }

    func beginRound() { state.withLock { $0.window.beginRound() } }

    /// The next spend to send; nil when there is none or the round is to end.
    func nextToSend() throws -> Multibrand_V1_Spend? {
        try state.withLock { state in
            while true {
                if let spend = state.window.nextToSend() { return spend }
                if state.isAtEnd || state.window.isPausing { return nil }
                if let line = try state.file.next() {
                    state.window.append(line)
                } else {
                    state.isAtEnd = true
                }
                // A run of lines that are no purchases gets no answer to be settled with.
                try state.ledger.settle(state.window.settled())
            }
        }
    }

    func take(_ answer: Multibrand_V1_RecordSpendsResponse) throws {
        try state.withLock { state in
            try state.window.answer(answer)
            try state.ledger.settle(state.window.settled())
        }
    }

    func wait(because problem: String) { state.withLock { $0.ledger.wait(because: problem) } }
    func save() throws { try state.withLock { try $0.ledger.save() } }
    /// The lines at the end that were left because the last one is not finished.
    var leftLines: ClosedRange<Int>? { state.withLock { $0.file.leftLines } }

    func finish() throws {
        try state.withLock { try $0.ledger.finish(at: $0.file.position, over: $0.file.trailing) }
    }
}
