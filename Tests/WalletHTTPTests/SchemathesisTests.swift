import Foundation
import Testing

@testable import WalletHTTP

/// Requests that another program makes up from docs/openapi.yaml (https://schemathesis.io), played against the door.
///
/// It finds answers of a status or a shape that is not documented, requests that break the document and are taken,
/// calls that answer without a credential, methods that are answered wrongly, and 5xx.
@Suite("Schemathesis against the door", .serialized)
struct SchemathesisTests {
    static let seed = 20_260_302
    static let checks = [
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
        "response_schema_conformance", "negative_data_rejection", "unsupported_method", "ignored_auth",
        "allow_header_conformance",
    ]

    @Test(
        "what the document allows is answered as it says, and what it does not allow is refused",
        arguments: ["an organisation's key", "a member token"])
    func conforms(credential: String) async throws {
        let program = try Schemathesis.program()
        try await WalletDoor.with { door in
            let token = try await door.join("cust-77", points: 10_000)
            for id in ["coffee", "tea"] { try await door.offer(id, price: 180) }
            _ = try await door.post("/v1/redemptions", as: token, #"{"offer":"tea"}"#)
            let outcome = try await Schemathesis.run(
                program,
                [
                    "run", Schemathesis.document, "--url", door.base,
                    "--header", "Authorization: Bearer \(credential == "a member token" ? token : door.sandboxKey)",
                    "--phases", "examples,coverage,fuzzing", "--checks", Self.checks.joined(separator: ","),
                    "--max-examples", "8", "--seed", "\(Self.seed)", "--generation-deterministic", "--no-shrink",
                    "--request-timeout", "20", "--suppress-health-check", "all", "--continue-on-failure",
                    "--warnings", "off", "--no-color",
                ])
            #expect(outcome.status == 0, "seed \(Self.seed)\n\(outcome.output.suffix(8_000))")
            // It must have played something: nothing played would be nothing found.
            #expect(outcome.output.contains("\(WalletEndpoint.allCases.count + 1) selected"), "\(outcome.output)")
        }
    }
}

/// The program from PyPI, as Tests/WalletHTTPTests/schemathesis/requirements.txt pins it.
enum Schemathesis {
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    static let document = folder + "/../../docs/openapi.yaml"

    /// The program in `MULTIBRAND_TEST_SCHEMATHESIS`, or that of a virtual environment made under .multibrand/.
    ///
    /// **Errors** ``Unusable`` when there is none and none can be made: a check that was not made must not look passed.
    static func program() throws -> String {
        if let named = ProcessInfo.processInfo.environment["MULTIBRAND_TEST_SCHEMATHESIS"] {
            guard FileManager.default.isExecutableFile(atPath: named) else {
                throw Unusable(description: "MULTIBRAND_TEST_SCHEMATHESIS names \(named), which cannot be run")
            }
            return named
        }
        let directory = FileManager.default.currentDirectoryPath + "/.multibrand/schemathesis"
        let requirements = folder + "/schemathesis/requirements.txt"
        let wanted = FileManager.default.contents(atPath: requirements)
        if wanted == nil || FileManager.default.contents(atPath: directory + "/ready") != wanted {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for arguments in [
                ["python3", "-m", "venv", directory],
                [directory + "/bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements],
            ] {
                guard try start("/usr/bin/env", arguments, output: nil).status == 0 else {
                    throw Unusable(
                        description:
                            "an environment with schemathesis could not be made; install python3-venv, or set "
                            + "MULTIBRAND_TEST_SCHEMATHESIS to the program"
                    )
                }
            }
            try (wanted ?? Data()).write(to: URL(fileURLWithPath: directory + "/ready"))
        }
        return directory + "/bin/schemathesis"
    }

    /// Runs the program on a thread of its own; its output is kept in a file, so that a long one cannot block it.
    static func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let file = FileManager.default.temporaryDirectory.path + "/schemathesis-\(UUID().uuidString)"
                        defer { try? FileManager.default.removeItem(atPath: file) }
                        return try start(program, arguments, output: file)
                    })
            }
        }
    }

    private static func start(
        _ program: String, _ arguments: [String], output path: String?
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = FileManager.default.temporaryDirectory
        if let path {
            try Data().write(to: URL(fileURLWithPath: path))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            process.standardOutput = file
            process.standardError = file
        }
        try process.run()
        process.waitUntilExit()
        let text = path.flatMap { FileManager.default.contents(atPath: $0) } ?? Data()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
