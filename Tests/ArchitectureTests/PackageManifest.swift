import Foundation

/// The targets of Package.swift, as its text lists them: the one table of who may import whom.
struct PackageManifest {
    struct Target {
        let name: String
        /// A library of the system, which has no Swift file.
        let isSystem: Bool
        /// What it may import of ours and of other packages; a product has the name of its module.
        let dependencies: Set<String>
    }

    let targets: [Target]

    /// This package's; one that cannot be read has no targets, which fails the tests.
    static let current = PackageManifest(
        (try? String(contentsOf: SourceTree.root.appendingPathComponent("Package.swift"), encoding: .utf8)) ?? "")

    init(_ text: String) {
        let products = Dictionary(
            text.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/).map {
                (String($0.1), String($0.2))
            }, uniquingKeysWith: { first, _ in first })
        let list = text.firstRange(of: "targets: [\n").map { text[$0.upperBound...] } ?? ""
        targets = list.matches(of: /(?m)^        (?<kind>room|tests|\.systemLibrary|\.executableTarget)\(/).map {
            match in
            let entry = Self.untilClosed(list[match.range.upperBound...])
                .replacing(/(?m)\/\/.*$/, with: "")
                .replacing(/(path: "[^"]*"|exclude: (\[[^\]]*\]|\w+)|pkgConfig: .*|swiftSettings: \w+)/, with: "")
            let names = entry.matches(of: /"(\w+)"/).map { String($0.1) }
            let words = entry.replacing(/"[^"]*"/, with: "").matches(of: /\w+/).compactMap { products[String($0.0)] }
            return Target(
                name: names.first ?? "", isSystem: match.kind == ".systemLibrary",
                dependencies: Set(names.dropFirst()).union(words))
        }
    }

    /// The text up to the parenthesis that closes an entry.
    private static func untilClosed(_ text: Substring) -> String {
        var depth = 1
        return String(
            text.prefix { character in
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                return depth > 0
            })
    }
}
