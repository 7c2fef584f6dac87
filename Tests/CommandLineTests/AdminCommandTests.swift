import ArgumentParser
import MultibrandAPI
import SwiftProtobuf
import Testing

@testable import multibrand

@Suite("The administration's commands")
struct AdminCommandTests {
    /// Every command that does something, with the words that lead to it.
    static let leaves: [(path: String, configuration: CommandConfiguration)] = {
        func below(_ command: any ParsableCommand.Type, _ path: [String]) -> [(String, CommandConfiguration)] {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty else { return [(path.joined(separator: " "), command.configuration)] }
            return subcommands.flatMap { below($0, path + [$0._commandName]) }
        }
        return below(MultibrandCommand.self, ["multibrand"])
    }()

    @Test("every command says in one line what it does and shows an example of itself")
    func examples() {
        #expect(Self.leaves.count > 50)
        for (path, configuration) in Self.leaves {
            #expect(!configuration.abstract.isEmpty, "\(path)")
            #expect(configuration.discussion.contains("EXAMPLE"), "\(path) has no example")
            // Two commands are reached over two ways, and show one of them.
            let last = path.split(separator: " ").last.map(String.init) ?? path
            #expect(
                configuration.discussion.contains("multibrand ") && configuration.discussion.contains(last), "\(path)")
        }
    }

    @Test(
        "these command lines are understood",
        arguments: [
            "admin refunds list --card card-1", "admin refunds list --status held --json", "admin refunds show r",
            "admin refunds record r --spend s --amount-minor 500 --currency USD",
            "admin refunds record r --card c --amount-minor 500 --currency USD --merchant Sol --authorization a",
            "admin refunds undo r --yes", "admin refunds reattribute r s-1=400 s-2=100 --reason because",
            "admin authorizations show a", "admin authorizations reverse a --yes",
            "admin debts list --program prg_sky", "admin debts write-off c prg_sky --reason goodwill --yes",
            "admin debts write-off c prg_sky --quantity 12.5 --unit value --reason goodwill --request q",
            "admin issuances unknown", "admin issuances list --status withdrawn", "admin reconciliations list",
            "admin reconciliations show 2026-11-20", "admin reconciliations run 2026-11-20 --timeout 600",
            "admin preferences show c --as-of 2026-11-01T00:00:00Z --known-at 2026-11-02T00:00:00Z",
            "admin preferences changes c", "admin preferences rebuild --dry-run", "admin cards show c",
            "admin cards changes c", "admin cards register c --user u --currency USD --card-program gold",
            "admin spends preview s --card c --amount-minor 1 --currency USD",
            "admin spends record s --card c --amount-minor 1 --currency USD --preview-token t --authorization a",
            "admin wallet keys create backend --live --expires 2027-01-01T00:00:00Z",
            "admin wallet keys rotate key_1 --overlap-hours 0", "admin wallet members remove m --keep-balance",
            "admin wallet credit m 5 --live --request r", "admin wallet offers create --title T --points 0",
            "admin wallet offers price o 5", "admin wallet offers price o --none",
            "admin wallet offers expire o --never",
            "admin wallet redemptions move r --to awaiting-customer",
            "admin wallet redemptions list m --status canceled",
            "admin wallet pool top-up 5 --reference i --low-below 3", "admin wallet pool mark 0",
            "admin wallet webhooks register https://h.example.com wallet.credited member.created",
            "admin wallet export --live --out f.csv", "admin wallet summary --json",
            "explain s --json", "errors", "errors SPEND_CONFLICT", "errors --json", "errors --markdown",
        ])
    func understood(_ line: String) throws {
        _ = try MultibrandCommand.parseAsRoot(line.split(separator: " ").map(String.init))
    }

    @Test(
        "these are not",
        arguments: [
            "admin refunds list", "admin refunds list --status applied", "admin refunds list --status lost --card c",
            "admin refunds record r --amount-minor 500 --currency USD", "admin refunds reattribute r --reason because",
            "admin refunds reattribute r s-1=400", "admin debts write-off c prg_sky",
            "admin reconciliations show yesterday", "admin wallet credit m 0", "admin wallet credit m -5",
            "admin wallet credit m 1.5", "admin wallet offers price o", "admin wallet offers price o 5 --none",
            "admin wallet offers expire o", "admin wallet keys rotate k --overlap-hours 2161",
            "admin wallet redemptions move r --to lost", "admin wallet pool top-up 5",
            "admin wallet webhooks register u", "admin reconciliations run 2026-11-2", "explain",
            "errors --json --markdown", "errors INTERNAL --markdown",
        ])
    func refused(_ line: String) {
        #expect(throws: (any Error).self) {
            try MultibrandCommand.parseAsRoot(line.split(separator: " ").map(String.init))
        }
    }

    @Test(
        "a refund's target is a spend and minor units; the last equals sign divides them",
        arguments: [("s=1", "s", 1), ("a=b=250", "a=b", 250)] as [(String, String, Int64)])
    func target(_ text: String, _ spendID: String, _ minor: Int64) throws {
        let target = try RefundsCommand.Reattribute.target(text)
        #expect(target.spendID == spendID && target.amountMinor == minor)
    }

    @Test("other targets are refused", arguments: ["s", "=5", "s=", "s=0", "s=-5", "s=1.5", "s=9223372036854775808"])
    func badTarget(_ text: String) {
        #expect(throws: ValidationError.self) { try RefundsCommand.Reattribute.target(text) }
    }

    @Test(
        "a quantity is a decimal in millionths",
        arguments: [("1", 1_000_000), ("12.5", 12_500_000), ("0.000001", 1), ("007.10", 7_100_000)]
            as [(String, Int64)])
    func quantity(_ text: String, _ micro: Int64) throws {
        #expect(try DebtsCommand.WriteOff.micro(text) == micro)
    }

    @Test(
        "other quantities are refused",
        arguments: ["", "0", "0.0", "-1", "1.", ".5", "1.0000001", "1,5", "1e3", "1.2.3", "٣", "9223372036855"])
    func badQuantity(_ text: String) {
        #expect(throws: ValidationError.self) { try DebtsCommand.WriteOff.micro(text) }
    }

    @Test("every status of a refund has a word, and the word leads back to it")
    func refundStatuses() throws {
        for status in Multibrand_V1_RefundStatus.allCases where status != .unspecified {
            #expect(try Multibrand_V1_RefundStatus(word: status.word) == status)
        }
        #expect(throws: ValidationError.self) { try Multibrand_V1_RefundStatus(word: "?") }
    }

    @Test("a refund's page shows what each leg gave, and what had earned nothing")
    func refundPage() {
        let answer = Multibrand_V1_RecordRefundResponse.with {
            $0.refund.refundID = "r"
            $0.refund.amount.currencyCode = "USD"
            $0.refund.amount.minorUnits = 500
            $0.refund.status = .applied
            $0.refund.parts = [
                .with {
                    $0.spendID = "s"
                    $0.amountMinor = 500
                    $0.excludedMinor = 100
                }
            ]
            $0.clawbacks = [
                .with {
                    $0.spendID = "s"
                    $0.programID = "prg_sky"
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = 400
                    $0.microPoints = 6_000_000
                    $0.unit = .points
                }
            ]
            $0.replayed = true
        }
        let page = answer.page
        #expect(page.hasPrefix("Nothing was changed"))
        #expect(page.contains("prg_sky") && page.contains("4.00") && page.contains("excluded") && page.contains("1.00"))
    }
}
