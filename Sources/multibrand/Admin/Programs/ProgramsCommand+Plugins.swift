import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension ProgramsCommand {
    struct Plugins: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the plugins of this server.",
            discussion:
                "EXAMPLES\n  multibrand admin programs plugins\n  multibrand admin programs plugins --json    with their schemas"
        )
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.connected { connection in
                let answer: Multibrand_V1_ListPluginsResponse = try await connection.call(
                    "AdminService/ListPlugins", Multibrand_V1_ListPluginsRequest())
                try connection.show(answer) {
                    var table = TextTable([.text("plugin"), .text("version"), .text("earns by")])
                    for plugin in answer.plugins { table.add([plugin.name, plugin.version, plugin.summary]) }
                    return table.rendered()
                }
            }
        }
    }
}
