/// The names under which suites of tests are asked for.
enum TestNames {
    /// `TARGET/TYPE` of each type that has tests of its own, in its declaration or in an extension.
    ///
    /// The scan goes by the code alone, without comments and literals: the nearest type that is declared before an
    /// `@Test` at the outermost level is the one that has it. A suite in a suite counts for the outer one.
    static func suites(in files: [SourceFile]) -> Set<String> {
        var suites: Set<String> = []
        for file in files {
            var depth = 0
            var outermost: Substring?
            for line in file.text.code.split(separator: "\n", omittingEmptySubsequences: true) {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                if depth == 0, let keyword = words.firstIndex(where: { typeKeywords.contains(String($0)) }) {
                    outermost = words.dropFirst(keyword + 1).first
                }
                if line.contains("@Test"), let outermost { suites.insert("\(file.module)/\(outermost)") }
                depth += line.count { $0 == "{" } - line.count { $0 == "}" }
            }
        }
        return suites
    }

    private static let typeKeywords: Set<String> = ["struct", "class", "enum", "actor", "extension"]
}
