import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// How a command of the wallet reaches the service, and which of the two worlds it means.
struct WalletOptions: ParsableArguments {
    @OptionGroup var admin: AdminOptions
    @Flag(help: "Work on LIVE instead of SANDBOX.") var live = false

    var environment: Multibrand_V1_WalletEnvironment { live ? .live : .sandbox }
    /// The environment's name, for people.
    var name: String { live ? "LIVE" : "SANDBOX" }

    /// Makes one call of the wallet's service and shows the answer.
    func call<Request: Message, Response: Message>(
        _ method: String, _ request: Request, _ text: (Response) -> String
    ) async throws {
        try await admin.connected { connection in
            let answer: Response = try await connection.call("WalletService/\(method)", request)
            try connection.show(answer) { text(answer) }
        }
    }
}
