import PostgreSQL
import Rewards
import Testing
import Wallet

@testable import WalletHTTP

@Suite("Pages while a writer adds, over a socket")
struct PageWalkTests {
    @Test("a walk through ledger, offers and redemptions neither skips nor repeats what was there when it began")
    func walks() async throws {
        try await WalletDoor.with { door in
            let token = try await door.join("m")
            for index in 1...60 {
                try await door.offer("before-\(index)", price: nil)
                _ = try await door.post(
                    "/v1/wallet/credit", as: door.sandboxKey, #"{"externalUserID":"m","amount":\#(index)}"#)
                _ = try await door.post("/v1/redemptions", as: token, #"{"offer":"before-\#(index)"}"#)
            }
            let walks: [(path: String, rows: String, id: String)] = [
                ("/v1/wallet/transactions", "transactions", "id"), ("/v1/offers", "data", "id"),
                ("/v1/redemptions", "redemptions", "id"), ("/v1/redemptions?status=SUBMITTED", "redemptions", "id"),
            ]
            for (index, walk) in walks.enumerated() {
                let before = try await Self.walk(door, walk.path, rows: walk.rows, id: walk.id, as: token)
                #expect(before.count >= 60 && Set(before).count == before.count)
                let isWalking = Shared(true)
                try await withThrowingTaskGroup(of: Int.self) { group in
                    group.addTask {
                        var written = 0
                        while isWalking.value, written < 500 {
                            written += 1
                            let name = "during-\(index)-\(written)"
                            try await door.offer(name, price: nil)
                            _ = try await door.post(
                                "/v1/wallet/credit", as: door.sandboxKey, #"{"externalUserID":"m","amount":1}"#)
                            _ = try await door.post("/v1/redemptions", as: token, #"{"offer":"\#(name)"}"#)
                        }
                        return written
                    }
                    let during = try await Self.walk(door, walk.path, rows: walk.rows, id: walk.id, as: token, limit: 7)
                    isWalking.change { $0 = false }
                    #expect(Set(during).count == during.count, "\(walk.path): a row came twice")
                    #expect(during.suffix(before.count).elementsEqual(before), "\(walk.path): a row was skipped")
                    #expect(try await group.next() ?? 0 > 0)
                }
            }
        }
    }

    /// The ids of a whole listing, page by page.
    private static func walk(
        _ door: WalletDoor, _ path: String, rows: String, id: String, as token: String, limit: Int = 100
    ) async throws -> [String] {
        var ids: [String] = []
        var cursor: String?
        repeat {
            let mark = path.contains("?") ? "&" : "?"
            let page = try await door.get(
                path + mark + "limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? ""), as: token)
            try #require(page.status == 200, "\(page.json)")
            let items = try #require(page[rows]?.array)
            #expect(items.count <= limit)
            ids += items.compactMap { $0[id]?.string }
            cursor = page["nextCursor"]?.string
        } while cursor != nil
        return ids
    }
}
