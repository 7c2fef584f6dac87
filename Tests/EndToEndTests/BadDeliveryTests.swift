import PostgreSQL
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("A bad webhook delivery")
    struct BadDeliveryTests {
        private static let body =
            #"{"sourceUserId":"nobody","destinationProgramId":"prg_sky","type":"LINKED","#
            + #""destinationAccount":{"destinationUserId":"M-1"}}"#

        private static func spoilt(_ secondsFromNow: Int64 = 0, _ change: (inout SignedDelivery) -> Void)
            -> SignedDelivery
        {
            var delivery = SignedDelivery(body, secondsFromNow: secondsFromNow)
            change(&delivery)
            return delivery
        }

        private static var table: [(name: String, delivery: SignedDelivery)] {
            [
                ("a stale timestamp", SignedDelivery(body, secondsFromNow: -400)),
                ("a timestamp in the future", SignedDelivery(body, secondsFromNow: 400)),
                ("a timestamp that is no number", SignedDelivery(body, timestamp: "yesterday")),
                ("a negative timestamp", SignedDelivery(body, timestamp: "-1")),
                ("an empty timestamp", SignedDelivery(body, timestamp: "")),
                ("a timestamp beyond 64 bits", SignedDelivery(body, timestamp: String(repeating: "9", count: 30))),
                ("another secret", SignedDelivery(body, secondsFromNow: 0, secret: "not the secret")),
                ("a signature in capitals", spoilt { $0.signature = $0.signature.uppercased() }),
                ("a truncated signature", spoilt { $0.signature.removeLast() }),
                ("half a signature", spoilt { $0.signature = String($0.signature.prefix(32)) }),
                ("an empty signature", spoilt { $0.signature = "" }),
                ("a longer signature", spoilt { $0.signature += "00" }),
                ("a body changed by one bit", spoilt { $0.body[20] ^= 1 }),
                ("a body with a byte more", spoilt { $0.body.append(0x20) }),
                ("a body cut short", spoilt { $0.body.removeLast() }),
                (
                    "the signature of another time",
                    spoilt { $0.timestamp = SignedDelivery(body, secondsFromNow: -1).timestamp }
                ),
            ]
        }

        @Test("is answered 401 and not stored; a good one beside it is")
        func isRefused() async throws {
            try await Stack.with { stack in
                let before = try await RowCounts.read(stack.pool)
                for kind in ["program-connection", "transaction"] {
                    for row in Self.table {
                        let answer = try await stack.deliver(row.delivery, to: kind)
                        #expect(answer.status == 401, "\(row.name) to \(kind)")
                        #expect(
                            !answer.body.contains("WEBHOOK"),
                            "an answer tells a stranger what was wrong: \(answer.body)")
                    }
                }
                let large = SignedDelivery(String(repeating: " ", count: 2 << 20))
                #expect(try await stack.deliver(large).status == 413)
                #expect(try await RowCounts.read(stack.pool) == before, "something was stored")

                let good = SignedDelivery(Self.body)
                let first = try await stack.deliver(good)
                #expect(first.status == 200 && first.body.contains("stored"))
                let second = try await stack.deliver(good)
                #expect(second.status == 200 && second.body.contains("repeated"))
                let inbox = try await stack.pool.query("select deliveries from inbox")
                #expect(try inbox.map { try $0.get("deliveries", as: Int32.self) } == [2])
            }
        }
    }
}
