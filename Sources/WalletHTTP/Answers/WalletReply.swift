import Rewards
import Wallet

/// What a call answers when it succeeds.
struct WalletReply: Sendable {
    let status: Int
    /// JSON.
    let body: [UInt8]

    /// An answer of a read.
    init(_ json: JSONValue) {
        status = 200
        body = json.canonicalBytes
    }

    /// An answer of a write, byte for byte as it may be stored under the caller's key (I-5).
    init<Value>(_ answer: WalletAnswer<Value>) {
        status = answer.status
        body = answer.body
    }

    /// A page of a listing under the contract's name for its rows.
    init<Item>(_ name: String, _ page: WalletPage<Item>, _ json: (Item) -> JSONValue) {
        let members: [JSONObject.Member] = [
            .init(name, .array(page.items.map(json))),
            .init("nextCursor", page.nextCursor.map(JSONValue.string) ?? .null),
        ]
        self.init(JSONObject(members).map(JSONValue.object) ?? .null)
    }
}
