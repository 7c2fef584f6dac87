import ArgumentParser
import Foundation
import Logging
import MultibrandServer
import RPC
import SwiftProtobuf
import TLS

/// How many rows a listing shows.
struct ListingOptions: ParsableArguments {
    init() {}

    init(limit: Int) { self.limit = limit }

    @Option(help: "How many rows to show at most.")
    var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    /// Follows pages until the limit is reached; says when there is more.
    func gather<Item>(_ page: (_ size: Int32, _ token: String) async throws -> (items: [Item], next: String))
        async throws -> [Item]
    {
        var items: [Item] = []
        var token = ""
        repeat {
            let answer = try await page(Int32(clamping: min(500, limit - items.count)), token)
            items += answer.items
            token = answer.next
        } while !token.isEmpty && items.count < limit
        if !token.isEmpty {
            FileHandle.standardError.write(Data("There is more: give --limit \(limit * 2) to see it.\n".utf8))
        }
        return items
    }
}
