import ArgumentParser
import MultibrandAPI
import RPC
import SwiftProtobuf

/// `multibrand admin actions`
struct ActionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actions", abstract: "What operators changed, newest first.",
        discussion: "EXAMPLE\n  multibrand admin actions --limit 20")
    @OptionGroup var admin: AdminOptions
    @OptionGroup var listing: ListingOptions

    func run() async throws {
        try await admin.connected { connection in
            let actions = try await listing.gather { size, token in
                let page: Multibrand_V1_ListOperatorActionsResponse = try await connection.call(
                    "AdminService/ListOperatorActions",
                    Multibrand_V1_ListOperatorActionsRequest.with {
                        $0.pageSize = size
                        $0.pageToken = token
                    })
                return (page.actions, page.nextPageToken)
            }
            try connection.show(Multibrand_V1_ListOperatorActionsResponse.with { $0.actions = actions }) {
                var table = TextTable([.text("when"), .text("who"), .text("did"), .text("to"), .text("with")])
                for action in actions {
                    table.add([
                        Moment.text(action.actedAt), action.clientID, action.action, action.subject, action.detailJson,
                    ])
                }
                return table.rendered()
            }
        }
    }
}
