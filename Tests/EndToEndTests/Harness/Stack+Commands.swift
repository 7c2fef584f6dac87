import Foundation
import Testing

extension Stack {
    /// Runs `multibrand` as an operator does and returns what it printed.
    ///
    /// - Parameters:
    ///   - exit: how it must end.
    ///   - key: whose it is that calls.
    @discardableResult
    func command(
        _ arguments: String..., exit: Int32 = 0, key: String = operatorKey,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let log = directory + "/command-\(UUID().uuidString).log"
        let program = ChildProgram(
            [try ProjectFiles.executable()] + arguments,
            environment: ["MULTIBRAND_ADDRESS": service.rpc, "MULTIBRAND_KEY": key], in: directory, logPath: log)
        let ended = try await program.ended()
        let line = arguments.joined(separator: " ")
        #expect(ended == .code(exit), "\(line): \(program.log.suffix(1_500))", sourceLocation: sourceLocation)
        return program.log
    }
}
