import MultibrandServer

/// The settings that are wrong, for the checks that depend on them.
struct FaultySettings {
    private let keys: [String]

    init(_ problems: [SettingProblem]) { keys = problems.map(\.setting) }

    /// Whether a check can be made. If not, reports that it was skipped, and because of which settings.
    ///
    /// - Parameter groups: The groups of settings it depends on, such as `rpc` for `rpc.port` and its neighbours.
    func allows(_ subject: String, needing groups: Set<String>, _ report: DoctorReport) -> Bool {
        let wrong = keys.filter { key in groups.contains { key == $0 || key.hasPrefix($0 + ".") } }
        guard !wrong.isEmpty else { return true }
        report.add(
            .warning(
                subject, "not checked", remedy: "correct \(wrong.joined(separator: ", ")) and run the doctor again"))
        return false
    }
}
