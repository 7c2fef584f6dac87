import ArgumentParser
import Foundation
import Rewards

/// `multibrand chart`
struct ChartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chart", abstract: "Draw the charts of the documentation.", subcommands: [Fairness.self])

    /// `multibrand chart fairness`
    struct Fairness: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fairness",
            abstract: "Draw how far programs drift from their shares under three split methods.",
            discussion: """
                Splits the same random purchases by the quota method, by largest remainder and by rounding down, and \
                writes \
                an SVG of the accumulated error. docs/apportionment.md shows it. The same options give the same file.

                EXAMPLES
                  multibrand chart fairness --out docs/fairness.svg
                  multibrand chart fairness --parts 2,1 --purchases 1000 --seed 9
                """)

        private static let purchasesAllowed = 10...1_000_000

        @Option(help: "How many purchases to split.") var purchases = 20_000
        @Option(help: "The shares in whole parts, the first program first.") var parts = "50,30,20"
        @Option(help: "The seed of the random purchases.") var seed: UInt64 = 1
        @Option(help: "The file to write; without it the SVG is printed.") var out: String?

        func run() throws {
            guard Self.purchasesAllowed.contains(purchases) else {
                throw ValidationError("--purchases must be 10 to 1000000")
            }
            let chart = FairnessChart(
                try FairnessSimulation(weights: try weights(), purchaseCount: purchases, seed: seed))
            guard let out else { return print(chart.svg, terminator: "") }
            do {
                try Data(chart.svg.utf8).write(to: URL(fileURLWithPath: out), options: .atomic)
            } catch {
                throw CommandFailure(.failed, "\(out) cannot be written; name another with --out")
            }
            print("\(out): \(purchases) purchases, seed \(seed)")
        }

        private func weights() throws -> WeightVector {
            let words = parts.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = words.compactMap { Int($0) }
            guard numbers.count == words.count, (2...WeightVector.programCountMax).contains(numbers.count) else {
                throw ValidationError("--parts must be 2 to 16 whole numbers, such as 50,30,20")
            }
            do {
                // Programs are ordered by their ids; two digits keep the order of the option.
                return try WeightVector(
                    numbers.enumerated().map { (programID: "program-\($0 + 10)", parts: $1) })
            } catch {
                throw ValidationError("--parts: \(error)")
            }
        }
    }
}
