/// What is wrong with one setting.
package struct SettingProblem: Sendable, Hashable, CustomStringConvertible {
    /// The setting's key; an environment variable or a file that is wrong as a whole otherwise.
    package let setting: String
    /// What is wrong, as words that follow the key.
    package let problem: String
    /// The value that was given; nil when none was, and for a secret.
    package let value: String?
    /// What to do; nil when the problem says so.
    package let remedy: String?

    package init(setting: String, problem: String, value: String? = nil, remedy: String? = nil) {
        self.setting = setting
        self.problem = problem
        self.value = value
        self.remedy = remedy
    }

    /// One line, without what to do.
    package var description: String {
        "\(setting) \(problem)" + (value.map { " (it is \"\($0)\")" } ?? "")
    }
}
