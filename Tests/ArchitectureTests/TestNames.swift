/// The names under which suites of tests are asked for.
enum TestNames {
    /// `TARGET/TYPE` of each type that has tests, in its declaration or in an extension, and `TARGET/TYPE/INNER` of a
    /// type in it that has some.
    ///
    /// The scan goes by the code alone, without comments and literals.
    static func suites(in files: [SourceFile]) -> Set<String> {
        var suites: Set<String> = []
        for file in files {
            var depth = 0
            /// The latest type at each depth; one at a depth encloses what is deeper.
            var types: [(name: Substring, depth: Int)] = []
            for line in file.text.code.split(separator: "\n", omittingEmptySubsequences: true) {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                if let keyword = words.firstIndex(where: { typeKeywords.contains(String($0)) }),
                    let name = words.dropFirst(keyword + 1).first
                {
                    types.removeAll { $0.depth >= depth }
                    if types.count == depth { types.append((name, depth)) }
                }
                if line.contains("@Test") {
                    var path = String(file.module)
                    // A test may be on the line of its type.
                    for type in types where type.depth <= depth {
                        path += "/\(type.name)"
                        suites.insert(path)
                    }
                }
                depth += line.count { $0 == "{" } - line.count { $0 == "}" }
            }
        }
        return suites
    }

    private static let typeKeywords: Set<String> = ["struct", "class", "enum", "actor", "extension"]
}
