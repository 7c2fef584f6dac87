import ArgumentParser
import Foundation
import MultibrandAPI
import RPC
import SwiftProtobuf

/// `multibrand admin wallet export`
struct WalletExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the ledger as CSV, by member and row; of any size.",
        discussion: """
            With --json, one JSON object per line. A file gets its name when it is complete. The export is recorded.

            EXAMPLES
              multibrand admin wallet export --live --out ledger.csv
              multibrand admin wallet export --member cust-77 > cust-77.csv
            """)
    @OptionGroup var wallet: WalletOptions
    @Option(help: "The file to write; standard output when left out.") var out: String?
    @Option(help: "Only this member's rows.") var member: String = ""

    func run() async throws {
        try await wallet.admin.connected { connection in
            // Says within the usual time that nobody answers; the stream takes as long as it takes.
            let _: Multibrand_V1_ListOrgKeysResponse = try await connection.call(
                "WalletService/ListOrgKeys",
                Multibrand_V1_ListOrgKeysRequest.with { $0.environment = wallet.environment })
            let request = Multibrand_V1_ExportLedgerRequest.with {
                $0.environment = wallet.environment
                $0.externalUserID = member
            }
            let (isJSON, environment) = (connection.json, wallet.name)
            let rows = try await LedgerFile.write(to: out) { file in
                try await connection.client.serverStreaming("/multibrand.v1.WalletService/ExportLedger", request) {
                    (parts: RPCMessages<Multibrand_V1_ExportLedgerResponse>) in
                    try await Self.copy(parts, environment: environment, isJSON: isJSON, to: file)
                }
            }
            if let out { FileHandle.standardError.write(Data("\(out): \(rows) rows\n".utf8)) }
        }
    }

    /// Writes part by part; a slow disk slows the service down, not its memory.
    private static func copy(
        _ parts: RPCMessages<Multibrand_V1_ExportLedgerResponse>, environment: String, isJSON: Bool, to file: FileHandle
    ) async throws -> Int64 {
        var bar: ProgressBar?
        var rows: Int64 = 0
        if !isJSON { try file.write(contentsOf: Data((LedgerText.heading + "\n").utf8)) }
        for try await part in parts {
            if bar == nil { bar = ProgressBar("export", total: part.totalRows) }
            var text = ""
            for row in part.rows {
                text += try isJSON ? LedgerText.json(row, environment) : LedgerText.line(row, environment)
                text += "\n"
            }
            try file.write(contentsOf: Data(text.utf8))
            rows += Int64(part.rows.count)
            bar?.update(done: rows, note: "\(rows) rows")
        }
        bar?.clear()
        return rows
    }
}
