/// One line of the status page.
struct StatusCheck: Encodable, Hashable {
    /// Whether a person should look.
    enum Level: String, Encodable {
        case ok = "OK"
        case warn = "WARN"
    }

    let level: Level
    /// What was looked at.
    let what: String
    /// How it is.
    let state: String
    /// The command to run next, without the program's name; empty when there is nothing to do.
    let next: String

    /// - Parameter next: Shown only when a person should look.
    init(_ what: String, _ state: String, warnsIf isWarning: Bool = false, next: String = "") {
        level = isWarning ? .warn : .ok
        self.what = what
        self.state = state
        self.next = isWarning ? next : ""
    }
}
