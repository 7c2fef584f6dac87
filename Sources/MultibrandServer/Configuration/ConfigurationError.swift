/// The settings that are missing, unknown or of the wrong kind: every one that was found, at least one.
package struct ConfigurationError: Error, CustomStringConvertible {
    package let problems: [SettingProblem]

    /// - Returns: Nil when there is no problem.
    init?(_ problems: [SettingProblem]) {
        guard !problems.isEmpty else { return nil }
        self.problems = problems
    }

    package init(setting: String, problem: String) {
        problems = [SettingProblem(setting: setting, problem: problem)]
    }

    /// The first setting that is wrong.
    package var setting: String { problems[0].setting }
    /// What is wrong with it.
    package var problem: String { problems[0].problem }

    /// One line for each setting.
    package var description: String { problems.map { "configuration: \($0)" }.joined(separator: "\n") }
}
