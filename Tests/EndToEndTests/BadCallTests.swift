import MultibrandAPI
import RPC
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("A bad call")
    struct BadCallTests {
        private typealias Change = @Sendable (inout Multibrand_V1_Spend) -> Void
        private static let megabyte = String(repeating: "x", count: 1 << 20)

        private static let good = Multibrand_V1_Spend.with {
            $0.spendID = "spend-bad"
            $0.cardID = "card-usd"
            $0.amount.currencyCode = "USD"
            $0.amount.minorUnits = 1_000
            $0.merchantCategoryCode = "5812"
        }

        private static let table: [(name: String, change: Change, refusal: Refusal)] = [
            ("a negative amount", { $0.amount.minorUnits = -1 }, Refusal(.invalidArgument, "NOT_POSITIVE")),
            ("the least amount", { $0.amount.minorUnits = .min }, Refusal(.invalidArgument, "NOT_POSITIVE")),
            ("a zero amount", { $0.amount.minorUnits = 0 }, Refusal(.invalidArgument, "NOT_POSITIVE")),
            ("no amount at all", { $0.clearAmount() }, Refusal(.invalidArgument, "UNKNOWN_CURRENCY")),
            ("the greatest amount", { $0.amount.minorUnits = .max }, Refusal(.invalidArgument, "AMOUNT_TOO_LARGE")),
            ("nearly the greatest", { $0.amount.minorUnits = .max - 1 }, Refusal(.invalidArgument, "AMOUNT_TOO_LARGE")),
            (
                "just over the limit", { $0.amount.minorUnits = 1_000_000_000_000_001 },
                Refusal(.invalidArgument, "AMOUNT_TOO_LARGE")
            ),
            ("an unknown currency", { $0.amount.currencyCode = "QQQ" }, Refusal(.invalidArgument, "UNKNOWN_CURRENCY")),
            (
                "a currency in small letters", { $0.amount.currencyCode = "usd" },
                Refusal(.invalidArgument, "UNKNOWN_CURRENCY")
            ),
            (
                "another currency than the card's", { $0.amount.currencyCode = "JPY" },
                Refusal(.failedPrecondition, "CURRENCY_MISMATCH")
            ),
            ("an unknown card", { $0.cardID = "card-of-nobody" }, Refusal(.notFound, "UNKNOWN_CARD")),
            ("an empty card id", { $0.cardID = "" }, Refusal(.invalidArgument, "INVALID_ARGUMENT")),
            ("a card id of a megabyte", { $0.cardID = megabyte }, Refusal(.invalidArgument, "INVALID_ARGUMENT")),
            ("an empty spend id", { $0.spendID = "" }, Refusal(.invalidArgument, "INVALID_ARGUMENT")),
            ("a spend id of a megabyte", { $0.spendID = megabyte }, Refusal(.invalidArgument, "INVALID_ARGUMENT")),
            (
                "a spend id of 129 bytes", { $0.spendID = String(repeating: "x", count: 129) },
                Refusal(.invalidArgument, "INVALID_ARGUMENT")
            ),
            (
                "a spend id with a zero byte", { $0.spendID = "spend\0bad" },
                Refusal(.invalidArgument, "INVALID_ARGUMENT")
            ),
            (
                "a category that is not digits", { $0.merchantCategoryCode = "58A2" },
                Refusal(.invalidArgument, "INVALID_ARGUMENT")
            ),
        ]

        @Test("is refused with its reason, and nothing is stored")
        func isRefused() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link("card-usd", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    let before = try await RowCounts.read(stack.pool)
                    for row in Self.table {
                        var spend = Self.good
                        row.change(&spend)
                        let refusal = try await Refusal.of { try await client.record(spend) }
                        #expect(refusal == row.refusal, "\(row.name)")
                    }
                    try await refusesSpoiltMessages(client)
                    try await refusesStrangers(stack)
                    try await refusesLies(stack)
                    #expect(try await RowCounts.read(stack.pool) == before, "something was stored")
                    // The good one is taken: it was not the rest of the call that was wrong.
                    #expect(try await client.record(Self.good).replayed == false)
                    #expect(try await RowCounts.read(stack.pool) != before)
                }
            }
        }

        /// Bytes that are no protobuf, or hold text that is no UTF-8.
        private func refusesSpoiltMessages(_ client: ServiceClient) async throws {
            let invalidText: [UInt8] = [0x0A, 0x06, 0x0A, 0x02, 0xFF, 0xFE, 0x12, 0x00]
            let halfCharacter: [UInt8] = [0x0A, 0x05, 0x0A, 0x03, 0x61, 0xE2, 0x82]
            for (name, bytes) in [("text that is no UTF-8", invalidText), ("half a character", halfCharacter)] {
                // An empty message keeps what it does not know, so it carries these bytes to the server as they are.
                let message = try Google_Protobuf_Empty(serializedBytes: bytes)
                let refusal = try await Refusal.of {
                    try await client.call(
                        "SpendService/RecordSpend", message, answering: Multibrand_V1_RecordSpendResponse.self)
                }
                #expect(
                    refusal?.code == .invalidArgument || refusal?.code == .internal,
                    "\(name): \(refusal?.description ?? "taken")")
            }
        }

        private func refusesStrangers(_ stack: Stack) async throws {
            for (name, key) in [("no key", nil), ("a wrong key", "mbk_" + String(repeating: "0", count: 64))] {
                try await stack.connected(key: key) { client in
                    let refusal = try await Refusal.of { try await client.record(Self.good) }
                    #expect(refusal == Refusal(.unauthenticated, "UNAUTHENTICATED"), "\(name)")
                }
            }
        }

        /// Lengths and openings that no library would send.
        private func refusesLies(_ stack: Stack) async throws {
            let call = RawCall(port: stack.service.rpcPort)
            let path = "/multibrand.v1.SpendService/RecordSpend"
            let twoGibibytes: [UInt8] = [0, 0x80, 0, 0, 0]
            let started = ContinuousClock.now
            #expect(
                try await call.call(
                    path, key: Stack.operatorKey, body: twoGibibytes + [UInt8](repeating: 7, count: 100))
                    == .status(RPCStatusCode.resourceExhausted.rawValue), "a length prefix of 2 GiB")
            #expect(
                try await call.call(path, key: Stack.operatorKey, body: [0, 0xFF, 0xFF, 0xFF, 0xFF])
                    == .status(RPCStatusCode.resourceExhausted.rawValue), "the longest length prefix")
            #expect(ContinuousClock.now - started < .seconds(20), "the prefix alone must be enough to refuse it")
            #expect(
                try await call.call(path, key: Stack.operatorKey, body: [1, 0, 0, 0, 1, 0])
                    == .status(RPCStatusCode.internal.rawValue), "a compressed message without an encoding")
            #expect(try await call.exchange(Array("GET / HTTP/1.1\r\nhost: x\r\n\r\n".utf8)) == .closed, "HTTP/1.1")
            #expect(try await call.exchange([UInt8](repeating: 0xFF, count: 4_000)) == .closed, "no protocol at all")
        }

        @Test(
            "is no currency with 0 or 3 decimals: its exponent decides what is earned",
            arguments: [
                ("USD", 12_345, "prg_sky", 185_175_000), ("JPY", 12_345, "prg_shop", 246_900_000),
                ("KWD", 12_345, "prg_rail", 26_233_125),
            ] as [(String, Int64, String, Int64)])
        func exponent(_ currency: String, _ minor: Int64, _ programID: String, _ earnedMicro: Int64) async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    _ = try await stack.register("card", currency: currency, client)
                    let _: Multibrand_V1_Preferences = try await client.call(
                        "PreferenceService/LinkProgram",
                        Multibrand_V1_LinkProgramRequest.with {
                            $0.cardID = "card"
                            $0.programID = programID
                            $0.destinationAccount.userID = "R-1"
                            $0.destinationAccount.userEmail = "member@example.org"
                            $0.requestID = "link"
                        })
                    let answer = try await client.record(
                        Multibrand_V1_Spend.with {
                            $0.spendID = "spend"
                            $0.cardID = "card"
                            $0.amount.currencyCode = currency
                            $0.amount.minorUnits = minor
                        })
                    #expect(answer.decision.legs.map(\.amount.minorUnits) == [minor])
                    #expect(answer.decision.legs.map(\.microPoints) == [earnedMicro])
                }
            }
        }
    }
}
