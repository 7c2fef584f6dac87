import ArgumentParser
import Foundation
import Logging
import MultibrandServer

/// `multibrand dev`
struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Run a local stack: a private PostgreSQL, the Cosmo sandbox and the service.",
        discussion: """
            Keeps its data under .multibrand/ from one run to the next; --fresh starts empty. Ctrl-C stops everything \
            it started.

            EXAMPLE
              multibrand dev --rpc-port 50051 --http-port 8080 --wallet-port 8081
            """)

    @Option(help: "Port of the gRPC door; 0 takes a free one.") var rpcPort = 50051
    @Option(help: "Port of the HTTP door; 0 takes a free one.") var httpPort = 8080
    @Option(help: "Port of the wallet's REST door; 0 takes a free one.") var walletPort = 8081
    @Flag(help: "Delete the data of earlier runs.") var fresh = false
    @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel: String = "notice"

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError(
                "--log-level must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        for (option, port) in [("--rpc-port", rpcPort), ("--http-port", httpPort), ("--wallet-port", walletPort)]
        where !(0...65535).contains(port) {
            throw ValidationError("\(option) must be 0 to 65535")
        }
    }

    func run() async throws {
        let level = Logger.Level(rawValue: logLevel) ?? .notice
        bootstrapLogging(level: level, isJSON: false)
        raiseDescriptorLimit()
        let stack = LocalStack(
            name: "dev", keepsState: !fresh,
            overrides: [
                Settings.RPC.port.key: "\(rpcPort)", Settings.HTTP.port.key: "\(httpPort)",
                Settings.Wallet.port.key: "\(walletPort)",
            ])
        defer { StackConnection.remove() }
        do {
            try await leaveRunning(stack)
        } catch is Interrupted {
            // How it is meant to end.
        }
    }

    private func leaveRunning(_ stack: LocalStack) async throws {
        try await stack.run { running in
            try StackConnection(
                address: running.rpc, key: running.operatorKey, databaseURL: running.databaseURL,
                process: ProcessInfo.processInfo.processIdentifier
            ).save()
            let walletKey = try await running.connected { connection in
                try await DemoPrograms.configure(connection)
                return try await DevWallet.prepare(connection)
            }
            print(Self.welcome(running, walletKey: walletKey))
            // Nothing else would push it out of a pipe while the stack runs.
            fflush(nil)
            let (forever, _) = AsyncStream.makeStream(of: Never.self)
            for await _ in forever {}
        }
    }

    private static func welcome(_ running: LocalStack.Running, walletKey: String) -> String {
        """

        The stack runs. Ctrl-C stops it.

          gRPC            \(running.rpc)
          webhooks        \(running.http)/webhooks/cosmo/...
          health, metrics \(running.http)/readyz  \(running.http)/metrics
          Cosmo sandbox   \(running.sandbox)/sandbox/state
          operator's key  \(running.operatorKey)
          wallet          \(running.wallet)/v1  \(running.wallet)/openapi.yaml
          sandbox key     \(walletKey)

        Three commands to try, in another terminal and this directory:

          1. a stock gRPC client (https://github.com/fullstorydev/grpcurl), which asks the service what it can do:
             grpcurl -plaintext -H "authorization: Bearer \(running.operatorKey)" \\
               -d '{"card_id": "card-1", "user_id": "user-1", "currency_code": "USD"}' \\
               \(running.rpc) multibrand.v1.PreferenceService/RegisterCard

             or with the bundled client, which finds this stack by itself:
             \(CommandLine.arguments[0]) admin cards register card-1 --user user-1 --currency USD

          2. a program for that card:
             \(CommandLine.arguments[0]) admin cards link card-1 prg_sky --account M-1001 --parts 60

          3. a spend on that card, and how it was split:
             \(CommandLine.arguments[0]) admin spends record spend-1 --card card-1 --amount-minor 12345 --currency \
        USD --category 5812

        The wallet's first call (docs/wallet.md goes on from here), with a SANDBOX key that is valid until the next \
        start:
             curl -H "Authorization: Bearer \(walletKey)" -d '{"externalUserID": "cust-77"}' \
        \(running.wallet)/v1/auth/exchange

        """
    }
}
