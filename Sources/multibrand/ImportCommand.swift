import ArgumentParser
import Foundation

/// `multibrand import`
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Record a file of purchases.",
        discussion: """
            CSV with a header line, or JSON Lines (.jsonl, .ndjson, .json), of any size. The fields: \
            \(PurchaseRecord.fields.joined(separator: ", ")); \
            `amount` in major units (12.34) or `amount_minor` in minor ones. Safe to run again: a spend is recorded \
            once by its id. \
            An interrupted import continues where it stopped; FILE.import-progress records where. Lines that are \
            refused \
            are written to a file with their reasons and do not stop the others. A last line without a line break may \
            be half \
            a line that somebody is still writing: it is left for the next run unless --final says that the file is \
            complete.

            EXAMPLES
              multibrand import purchases.csv
              multibrand import purchases.jsonl --rejected refused.csv --json
              multibrand import export.csv --final
            """)

    @Argument(help: "The file of purchases.") var file: String
    @Option(help: "Where refused lines go. Default: FILE.rejected.csv.") var rejected: String?
    @Flag(help: "Start again at the first line, ignoring earlier runs.") var restart = false
    @Flag(help: "The file is complete: take a last line that has no line break.") var final = false
    @Option(help: "Seconds to wait for a service that is unreachable.") var patience = 300
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard patience > 0 else { throw ValidationError("--patience must be at least 1 second") }
    }

    func run() async throws {
        let summary = try await admin.connected { connection in
            try await PurchaseImport(
                file: file, connection: connection, rejectedPath: rejected ?? file + ".rejected.csv", restart: restart,
                progress: true, target: admin.target, patience: .seconds(patience), final: final
            ).run()
        }
        if admin.json {
            print(try summary.json())
        } else {
            if summary.wasFinished {
                print("An earlier run has recorded all of \(file); nothing was sent. Say --restart to send it again.\n")
            }
            print(summary.table)
            if let rejectedFile = summary.rejectedFile {
                print("\n\(rejectedFile) says which lines were rejected, and why.")
            }
        }
        if let first = summary.firstLeftLine {
            let last = first + Int(summary.left) - 1
            say(
                "\(first == last ? "line \(first) was" : "lines \(first) to \(last) were") not taken: the last line of "
                    + "\(file) has no line break yet. The next run takes it when it has one; "
                    + "give --final when the file is complete."
            )
        }
        if summary.rejected > 0 || summary.left > 0 { throw ExitStatus.refused.code }
    }
}
