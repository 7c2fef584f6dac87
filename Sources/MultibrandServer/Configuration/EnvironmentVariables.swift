import Rewards

/// The variables that are ours: `MULTIBRAND_` and a name that something reads.
package enum EnvironmentVariables {
    /// What the commands read beside the settings.
    private static let ofCommands = ["MULTIBRAND_CONFIG", "MULTIBRAND_ADDRESS", "MULTIBRAND_KEY"]
    /// What the build, the tests and the benchmarks read; `docs/testing.md` says what they mean.
    private static let ofTests = [
        "MULTIBRAND_TEST", "MULTIBRAND_MODEL_", "MULTIBRAND_BOOKS_", "MULTIBRAND_PG_BIN", "MULTIBRAND_STRICT",
        "MULTIBRAND_WRITE_GOLDEN",
    ]

    /// Refuses variables that nothing reads: a misspelt one would have no effect, and no one would notice.
    ///
    /// **Errors** ``ConfigurationError`` with the ``unknown(in:)``.
    package static func refuseUnknown(in environment: [String: String]) throws {
        if let error = ConfigurationError(unknown(in: environment)) { throw error }
    }

    /// The variables that nothing reads, each with the nearest name that is read.
    ///
    /// Kubernetes makes variables of its own for a service that is called `multibrand`; they are left alone.
    static func unknown(in environment: [String: String]) -> [SettingProblem] {
        let known = Settings.all.map(\.environmentVariable) + ofCommands
        let isKnown = Set(known)
        return environment.sorted { $0.key < $1.key }.compactMap { name, value in
            guard name.hasPrefix("MULTIBRAND_"), !isKnown.contains(name), !ofTests.contains(where: name.hasPrefix),
                !isMadeByKubernetes(name, value)
            else { return nil }
            let near = nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
            return SettingProblem(
                setting: name, problem: "is an environment variable that nothing reads\(near)",
                remedy: "unset it, or correct its name; `multibrand doctor --settings` lists the names")
        }
    }

    /// The name with the fewest changes, when they are few.
    package static func nearest(to name: String, among known: [String]) -> String? {
        let distances = known.map { (distance: distance(name, $0), name: $0) }
        guard let best = distances.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }),
            best.distance <= max(2, name.count / 5)
        else { return nil }
        return best.name
    }

    /// Levenshtein's distance: letters to change, add or take away.
    private static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.utf8), Array(second.utf8))
        var row = Array(0...second.count)
        for (index, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in second.indices {
                let change = diagonal + (letter == second[place] ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = min(change, diagonal + 1, row[place] + 1)
            }
        }
        return row[second.count]
    }

    private static func isMadeByKubernetes(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
        if name.contains(/_PORT_[0-9]+_(TCP|UDP|SCTP)/) { return true }
        return name.hasSuffix("_PORT") && value.contains("://")
    }
}
