import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// `multibrand admin wallet summary`
struct WalletSummaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Show members, points minted and spent, and redemptions by status.",
        discussion: "EXAMPLE\n  multibrand admin wallet summary --live")
    @OptionGroup var wallet: WalletOptions

    func run() async throws {
        let request = Multibrand_V1_GetWalletSummaryRequest.with { $0.environment = wallet.environment }
        try await wallet.call("GetWalletSummary", request) { (summary: Multibrand_V1_WalletSummary) in
            var table = TextTable([.text(wallet.name), .number("")])
            table.add(["active members", "\(summary.memberCount)"])
            table.add(["points minted", "\(summary.pointsMinted)"])
            table.add(["points spent, canceled or not", "\(summary.pointsSpent)"])
            table.add(["redemptions", "\(summary.redemptionCount)"])
            for (status, count) in summary.redemptions.sorted(by: { $0.key < $1.key }) where count > 0 {
                table.add(["  \(status.lowercased())", "\(count)"])
            }
            table.add(["completed of all", summary.completionRate])
            return table.rendered()
        }
    }
}
