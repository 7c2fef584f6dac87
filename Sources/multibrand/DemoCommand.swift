import ArgumentParser
import Foundation
import Logging
import MultibrandServer

/// `multibrand demo`
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the main scenario end to end, check the books, and stop everything again.",
        discussion: """
            Starts a private PostgreSQL under .multibrand/, the Cosmo sandbox and the service; chooses programs and \
            shares in \
            the widget's page, which arrive by signed webhook, records a file of purchases over gRPC, waits until \
            every issuance is confirmed, prints what happened, and \
            compares our books with the sandbox's own. Ends with `demo: ok`.

            EXAMPLE
              multibrand demo
            """)

    @Option(help: "The purchases to play.") var purchases = "docs/demo/purchases.csv"

    func run() async throws {
        bootstrapLogging(level: .error, isJSON: false)
        raiseDescriptorLimit()
        guard FileManager.default.fileExists(atPath: purchases) else {
            throw CommandFailure(
                .failed, "there is no \(purchases) here: run it in the project's directory, or give --purchases FILE")
        }
        let play = DemoPlay(purchases: purchases)
        // The file is of one month, whatever the date is here.
        let overrides = [Settings.Spending.futureSkewMax.key: "876000h"]
        try await LocalStack(name: "demo", keepsState: false, overrides: overrides).run { running in
            try await running.connected { connection in try await play.run(on: running, connection) }
        }
        print("demo: ok")
    }
}
