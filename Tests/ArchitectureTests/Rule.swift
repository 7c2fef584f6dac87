import Testing

/// A rule that every source file keeps.
struct Rule: Sendable, CustomTestStringConvertible {
    /// What must hold, in words.
    let name: String
    /// Returns the places of a file that break the rule.
    let check: @Sendable (SourceFile) -> [SwiftText.Piece]
    /// Files that may break it, by path, each with the reason.
    let exceptions: [String: String]

    init(
        _ name: String, except exceptions: [String: String] = [:],
        check: @escaping @Sendable (SourceFile) -> [SwiftText.Piece]
    ) {
        self.name = name
        self.exceptions = exceptions
        self.check = check
    }

    var testDescription: String { name }

    /// The violations over files as lines a person can go to.
    func violations(in files: [SourceFile]) -> [String] {
        files.filter { exceptions[$0.path] == nil }.flatMap { file in
            check(file).map { "\(file.path):\($0.line): \($0.text)" }
        }
    }

    /// The exceptions that no longer break the rule, or whose file is gone.
    func staleExceptions(in files: [SourceFile]) -> [String] {
        exceptions.keys.sorted().filter { path in
            guard let file = files.first(where: { $0.path == path }) else { return true }
            return check(file).isEmpty
        }
    }
}
