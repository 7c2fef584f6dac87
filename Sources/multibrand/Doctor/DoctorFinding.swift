/// What one check of `doctor` found, and what to do about it.
struct DoctorFinding: Codable, Equatable, Sendable {
    enum Verdict: String, Codable {
        case ok
        case warning
        case failure

        /// As wide as the widest, so that lines are aligned.
        var label: String {
            switch self {
            case .ok: "ok  "
            case .warning: "warn"
            case .failure: "FAIL"
            }
        }
    }

    let verdict: Verdict
    /// What was looked at.
    let subject: String
    let found: String
    /// What to do; nil when there is nothing to do.
    let remedy: String?

    static func ok(_ subject: String, _ found: String) -> DoctorFinding {
        DoctorFinding(verdict: .ok, subject: subject, found: found, remedy: nil)
    }

    static func warning(_ subject: String, _ found: String, remedy: String) -> DoctorFinding {
        DoctorFinding(verdict: .warning, subject: subject, found: found, remedy: remedy)
    }

    static func failure(_ subject: String, _ found: String, remedy: String) -> DoctorFinding {
        DoctorFinding(verdict: .failure, subject: subject, found: found, remedy: remedy)
    }

    /// One line, and one below it for what to do.
    var text: String {
        let line = "\(verdict.label)  \(subject): \(found)"
        return TextTable.printable(line) + (remedy.map { "\n      -> " + TextTable.printable($0) } ?? "")
    }
}
