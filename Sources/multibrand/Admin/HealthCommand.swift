import ArgumentParser
import MultibrandAPI
import RPC
import SwiftProtobuf

/// `multibrand admin health`
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Whether the service says that it serves.",
        discussion: "EXAMPLE\n  multibrand admin health && echo up")
    @OptionGroup var admin: AdminOptions

    func run() async throws {
        try await admin.connected { connection in
            let answer: Grpc_Health_V1_HealthCheckResponse = try await connection.client.unary(
                "/grpc.health.v1.Health/Check", Grpc_Health_V1_HealthCheckRequest(), timeout: connection.timeout)
            try connection.show(answer) { answer.status == .serving ? "serving" : "not serving" }
            guard answer.status == .serving else { throw ExitStatus.unavailable.code }
        }
    }
}
