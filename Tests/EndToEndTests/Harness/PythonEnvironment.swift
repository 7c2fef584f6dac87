import Foundation

/// A Python that has grpcio.
enum PythonEnvironment {
    /// The interpreter in `MULTIBRAND_TEST_PYTHON`, or that of a virtual environment made beside the test program.
    ///
    /// **Errors** ``Unusable`` when there is none and none can be made: a check that was not made must not look passed.
    static func interpreter() async throws -> String {
        if let named = ProcessInfo.processInfo.environment["MULTIBRAND_TEST_PYTHON"] {
            guard FileManager.default.isExecutableFile(atPath: named) else {
                throw Unusable("MULTIBRAND_TEST_PYTHON names \(named), which cannot be run")
            }
            return named
        }
        let requirements = ProjectFiles.pythonClient + "/requirements.txt"
        let directory = ProjectFiles.builds + "/grpcio-environment"
        let ready = directory + "/ready"
        let wanted = FileManager.default.contents(atPath: requirements)
        if wanted == nil || FileManager.default.contents(atPath: ready) != wanted {
            try await run(["/usr/bin/env", "python3", "-m", "venv", directory], directory)
            try await run(
                [directory + "/bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements],
                directory)
            try (wanted ?? Data()).write(to: URL(fileURLWithPath: ready))
        }
        return directory + "/bin/python"
    }

    private static func run(_ arguments: [String], _ directory: String) async throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let program = ChildProgram(arguments, in: directory, logPath: directory + "/set-up.log")
        guard try await program.ended(within: .seconds(300)) == .code(0) else {
            throw Unusable(
                "a Python environment with grpcio could not be made; install python3-venv, or set "
                    + "MULTIBRAND_TEST_PYTHON to a "
                    + "Python that has what grpcio/requirements.txt lists: \(program.log.suffix(1_000))")
        }
    }
}
