import Foundation

/// Where the project's files and the executable under test lie.
enum ProjectFiles {
    /// The directory of the package.
    static let root: String = {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .path
    }()

    static var migrations: String { root + "/migrations" }
    static var proto: String { root + "/proto" }
    static var pythonClient: String { root + "/Tests/EndToEndTests/grpcio" }

    /// The directory of the running test program; what else was built lies beside it.
    static let builds: String = {
        let program =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: program).deletingLastPathComponent().path
    }()

    /// The executable under test: beside the test program, unless `MULTIBRAND_TEST_EXECUTABLE` names another one.
    static func executable() throws -> String {
        let path = ProcessInfo.processInfo.environment["MULTIBRAND_TEST_EXECUTABLE"] ?? builds + "/multibrand"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Unusable(
                "there is no executable at \(path); build the product multibrand, or set MULTIBRAND_TEST_EXECUTABLE")
        }
        return path
    }

    /// Makes a directory that other users may enter, which PostgreSQL's must.
    static func makeTemporaryDirectory() throws -> String {
        let path = NSTemporaryDirectory() + "/multibrand-end-to-end-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        return URL(fileURLWithPath: path).standardizedFileURL.path
    }
}

/// What a test needs and does not find, in words that say what to do.
struct Unusable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
