import Foundation

/// One Swift file of the project, read for the rules.
struct SourceFile {
    /// The path from the package's root.
    let path: String
    /// The module it belongs to.
    let module: String
    let contents: String
    let text: SwiftText

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Whether a generator wrote it, from `proto/`.
    var isGenerated: Bool { path.contains("/Generated/") }

    init(path: String, contents: String) {
        self.path = path
        self.module = Self.module(of: path)
        self.contents = contents
        self.text = SwiftText(contents)
    }

    static func module(of path: String) -> String {
        let folders = path.split(separator: "/").map(String.init)
        return folders.first == "plugins" ? "AllocationPlugins" : folders.count > 2 ? folders[1] : ""
    }

    /// The modules that the file imports, without their submodules.
    var imports: [SwiftText.Piece] {
        text.code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            Self.imported(line).map { SwiftText.Piece(line: index + 1, text: $0) }
        }
    }

    /// The module that a line imports, without its submodules.
    static func imported(_ line: Substring) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        let declaration = words.drop { $0.hasPrefix("@") || accessLevels.contains($0) }
        guard declaration.first == "import", var name = declaration.dropFirst().first else { return nil }
        if importKinds.contains(name), let module = declaration.dropFirst(2).first { name = module }
        return name.split(separator: ".").first.map(String.init) ?? name
    }

    private static let accessLevels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    private static let importKinds: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]
}

/// The project's files as they lie beside this test.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static var rootPath: String { root.path }

    /// Every Swift file below some folders of the root.
    static func files(in folders: [String]) throws -> [SourceFile] {
        try texts(in: folders).map { SourceFile(path: $0.path, contents: $0.contents) }
    }

    /// What the files of each module import, read from the lines that say so at their beginning.
    static func imports(in folders: [String]) throws -> [String: Set<String>] {
        try texts(in: folders).reduce(into: [:]) { imports, file in
            let lines = file.contents.utf8.split(separator: UInt8(ascii: "\n"))
                .filter { $0.first.map { "@fip".utf8.contains($0) } ?? false && !$0.contains(UInt8(ascii: "\"")) }
            imports[SourceFile.module(of: file.path), default: []]
                .formUnion(lines.compactMap { SourceFile.imported(Substring($0)) })
        }
    }

    /// The contents of the files of a folder that end in an extension, in the order of their names.
    static func contents(of folder: String, ext: String) throws -> [String] {
        let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
        return try FileManager.default.contentsOfDirectory(atPath: base.path)
            .filter { $0.hasSuffix(".\(ext)") }.sorted()
            .map { try String(contentsOf: base.appendingPathComponent($0), encoding: .utf8) }
    }

    private static func texts(in folders: [String]) throws -> [(path: String, contents: String)] {
        try folders.flatMap { folder in
            // The folder itself may be a symbolic link, which an enumerator would not follow.
            let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
            return try FileManager.default.subpathsOfDirectory(atPath: base.path)
                .filter { $0.hasSuffix(".swift") }
                .sorted()
                .map { path in
                    let contents = try String(contentsOf: base.appendingPathComponent(path), encoding: .utf8)
                    return (path: "\(folder)/\(path)", contents: contents)
                }
        }
    }

    /// The folders directly below a folder of the root.
    static func folders(in folder: String) throws -> [String] {
        let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
        return try FileManager.default.contentsOfDirectory(atPath: base.path).sorted().filter { name in
            var isDirectory: ObjCBool = false
            let path = base.appendingPathComponent(name).path
            return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
        }
    }
}
