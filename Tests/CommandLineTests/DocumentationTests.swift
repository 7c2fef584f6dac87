import ArgumentParser
import Foundation
import MultibrandServer
import Testing

@testable import multibrand

@Suite("The pages say what the program does")
struct DocumentationTests {
    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func page(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
    }

    @Test("docs/configuration.md is the table of settings")
    func settings() throws {
        #expect(
            try Self.page("configuration.md") == Settings.markdown,
            "run: multibrand doctor --settings > docs/configuration.md")
    }

    @Test("docs/cli.md lists every exit code with its meaning", arguments: multibrand.ExitStatus.allCases)
    func exitCodes(_ status: multibrand.ExitStatus) throws {
        #expect(try Self.page("cli.md").contains("| \(status.rawValue) | \(status.meaning) |"))
    }

    @Test("docs/cli.md has a section for every command")
    func commands() throws {
        let page = try Self.page("cli.md")
        for command in MultibrandCommand.configuration.subcommands {
            let name = try #require(command.configuration.commandName)
            #expect(page.contains("## multibrand \(name)\n"), "\(name)")
        }
    }
}
