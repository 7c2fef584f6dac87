import Foundation

/// How far a long command is: a bar on a terminal, a line every few seconds elsewhere.
///
/// Written to standard error, so that standard output stays what was asked for.
struct ProgressBar {
    private let title: String
    private let total: Int64?
    private let isTerminal: Bool
    private let started: ContinuousClock.Instant
    private var drawn: ContinuousClock.Instant?

    /// - Parameter total: How much there is to do, in whatever unit `update` counts; nil when that is not known.
    init(_ title: String, total: Int64?) {
        self.title = title
        self.total = total
        self.isTerminal = isatty(STDERR_FILENO) == 1
        self.started = .now
    }

    /// Shows the state, at most ten times a second on a terminal and every five seconds in a log.
    mutating func update(done: Int64, note: String = "") {
        let now = ContinuousClock.now
        if let drawn, now - drawn < (isTerminal ? .milliseconds(100) : .seconds(5)) { return }
        if drawn == nil, !isTerminal, now - started < .seconds(5) { return }
        drawn = now
        write(line(done: done, note: note, now: now), ending: isTerminal ? "" : "\n")
    }

    /// Shows the last state and leaves it standing.
    mutating func finish(done: Int64, note: String = "") {
        write(line(done: done, note: note, now: .now), ending: "\n")
    }

    /// Takes the bar off the terminal, where there is nothing to leave standing.
    func clear() {
        if isTerminal, drawn != nil { FileHandle.standardError.write(Data("\r\u{1B}[2K".utf8)) }
    }

    private func line(done: Int64, note: String, now: ContinuousClock.Instant) -> String {
        let seconds = Int64((now - started).components.seconds)
        let elapsed = String(format: "%lld:%02lld", seconds / 60, seconds % 60)
        var text = title
        if let total, total > 0 {
            let share = min(1000, Int(done * 1000 / total))
            if isTerminal {
                let filled = share * 30 / 1000
                text += " [" + String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled) + "]"
            }
            text += " \(share / 10).\(share % 10) %"
        } else {
            text += " \(done)"
        }
        text += "  \(elapsed)"
        return note.isEmpty ? text : "\(text)  \(note)"
    }

    private func write(_ text: String, ending: String) {
        let line = isTerminal ? "\r\u{1B}[2K" + text + ending : text + ending
        FileHandle.standardError.write(Data(line.utf8))
    }
}
