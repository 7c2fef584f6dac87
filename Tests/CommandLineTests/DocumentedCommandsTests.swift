import ArgumentParser
import Foundation
import MultibrandServer
import Testing

@testable import multibrand

/// The commands, options and settings that the pages name, held against the program.
@Suite("The pages name only what there is")
struct DocumentedCommandsTests {
    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every page, by its path.
    static let pages: [(name: String, text: String)] = {
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/docs")) ?? []
        let names = docs.filter { $0.hasSuffix(".md") }.map { "docs/" + $0 } + ["README.md", "plugins/README.md"]
        return names.sorted().compactMap { name in
            (try? String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)).map { (name, $0) }
        }
    }()

    @Test("every command line of a code block is understood")
    func codeBlocks() {
        var found = 0
        for (name, text) in Self.pages {
            for line in Self.commandLines(text) {
                found += 1
                var words = Self.words(line)
                // There is nobody to ask here.
                if words.contains("--issue") { words.append("--yes") }
                do {
                    _ = try MultibrandCommand.parseAsRoot(words)
                } catch {
                    Issue.record("\(name): \(line)\n\(MultibrandCommand.fullMessage(for: error))")
                }
            }
        }
        #expect(found > 40)
    }

    @Test("every command that a sentence names is there, with the options it is named with")
    func sentences() {
        var found = 0
        let tops = MultibrandCommand.configuration.subcommands.map { $0._commandName }
        for (name, text) in Self.pages {
            for match in text.matches(of: /`((?:multibrand )?([a-z]+) [^`\n]+|multibrand [a-z]+)`/) {
                let code = String(match.1)
                guard !code.hasPrefix("multibrand COMMAND ") else { continue }
                let words = Self.words(code.hasPrefix("multibrand ") ? String(code.dropFirst(11)) : code)
                guard let first = words.first, tops.contains(first), code.hasPrefix("multibrand ") || first == "admin"
                else {
                    if code.hasPrefix("multibrand ") { Issue.record("\(name): there is no \(code)") }
                    continue
                }
                found += 1
                if let problem = Self.problem(words) { Issue.record("\(name): `\(code)`: \(problem)") }
            }
        }
        #expect(found > 20)
    }

    @Test("docs/cli.md lists the subcommands that there are, no more and no less")
    func tables() throws {
        let page = try #require(Self.pages.first { $0.name == "docs/cli.md" }).text
        for group in [AdminCommand.configuration, WalletCommand.configuration] {
            for command in group.subcommands where !command.configuration.subcommands.isEmpty {
                let name = command._commandName
                let row = try #require(
                    page.split(separator: "\n").first { $0.hasPrefix("| `\(name)` ") }, "no row for \(name)")
                let listed = row.split(separator: "|")[0].dropFirst(name.count + 4)
                    .split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                #expect(Set(listed) == Set(command.configuration.subcommands.map { $0._commandName }), "\(name)")
            }
        }
    }

    @Test("every setting that a page names is one")
    func settings() {
        let known = Set(Settings.all.map(\.key))
        let sections = Set(known.map { $0.prefix { $0 != "." } })
        for (name, text) in Self.pages {
            for match in text.matches(of: /`([a-z]+)\.([a-zA-Z.]+[a-zA-Z])`/) where sections.contains(match.1) {
                let key = "\(match.1).\(match.2)"
                let isFile = ["md", "yaml", "json", "proto", "swift", "csv"].contains { key.hasSuffix("." + $0) }
                // Events of the wallet's webhooks are written alike.
                let isEvent = ["wallet.credited", "wallet.debited"].contains(key)
                #expect(known.contains(key) || isFile || isEvent, "\(name): \(key)")
            }
        }
    }

    @Test("compose.yaml sets only variables that are read, and what the sandbox is started with is understood")
    func compose() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("compose.yaml"), encoding: .utf8)
        let variables = text.matches(of: /(MULTIBRAND_[A-Z_]+):/).map { String($0.1) }
        #expect(variables.count > 5)
        try EnvironmentVariables.refuseUnknown(in: Dictionary(variables.map { ($0, "x") }) { first, _ in first })
        for match in text.matches(of: /command: \[([^\]]+)\]/) {
            let words = match.1.matches(of: /"([^"]*)"/).map { String($0.1) }
            _ = try MultibrandCommand.parseAsRoot(words)
        }
    }

    /// What is wrong with a command named in a sentence, where arguments may be left out.
    private static func problem(_ words: [String]) -> String? {
        var command: any ParsableCommand.Type = MultibrandCommand.self
        var rest = words[...]
        while let word = rest.first, !command.configuration.subcommands.isEmpty {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else {
                return "there is no \(word) below \(command._commandName)"
            }
            command = next
            rest = rest.dropFirst()
        }
        let help = MultibrandCommand.helpMessage(for: command)
        return rest.first { $0.hasPrefix("--") && !help.contains(String($0.prefix { $0 != "=" })) }
            .map { "there is no \($0)" }
    }

    /// The command lines of code blocks, continued lines joined, comments and output left out.
    private static func commandLines(_ text: String) -> [String] {
        var found: [String] = []
        var isFenced = false
        var open: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isFenced.toggle() }
            guard isFenced || line.hasPrefix("    ") else { continue }
            var command = line.trimmingCharacters(in: .whitespaces)
            if command.hasPrefix("$ ") { command.removeFirst(2) }
            if let begun = open {
                command = begun + " " + command
            } else {
                while let space = command.firstIndex(of: " "), command[..<space].contains(/^[A-Z_]+=/) {
                    command = String(command[command.index(after: space)...])
                }
                guard command.hasPrefix("multibrand ") else { continue }
            }
            open = command.hasSuffix("\\") ? String(command.dropLast()) : nil
            if open == nil { found.append(withoutRemark(String(command.dropFirst(11)))) }
        }
        return found
    }

    /// Cuts off a comment, and the words beside a command in a column of their own.
    private static func withoutRemark(_ command: String) -> String {
        var command = command
        if let comment = command.firstRange(of: /\s+#\s.*$/) { command.removeSubrange(comment) }
        if let column = command.firstRange(of: /\s{3,}[^- ].*$/) { command.removeSubrange(column) }
        return command
    }

    /// Words as a shell splits them, quotes taken off.
    private static func words(_ line: String) -> [String] {
        line.matches(of: /"([^"]*)"|'([^']*)'|(\S+)/).map { String($0.1 ?? $0.2 ?? $0.3 ?? "") }
    }
}
