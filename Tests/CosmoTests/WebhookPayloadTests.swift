import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("Webhook payloads")
struct WebhookPayloadTests {
    private func connection(
        _ body: String, paths: ConnectionEventPayload.Paths = .init()
    ) throws(WebhookPayloadError) -> ConnectionEventPayload {
        try ConnectionEventPayload(body: Array(body.utf8), paths: paths)
    }

    @Test("a link is read with its account")
    func link() throws {
        let payload = try connection(
            #"{"sourceUserId":"u-77","destinationProgramId":"prg_sky","type":"LINKED","extra":[1],"#
                + #""destinationAccount":{"destinationUserId":"M-1001","destinationUserEmail":"a@example.org"}}"#)
        #expect(payload.sourceUserID == "u-77" && payload.programID == "prg_sky" && payload.change == .linked)
        #expect(payload.account == CosmoAccount(userID: "M-1001", email: "a@example.org"))
        #expect(payload.parts == nil && payload.cardID == nil)
    }

    @Test("a removal needs no account, and an unknown word is kept as it is")
    func otherTypes() throws {
        let start = #"{"sourceUserId":"u","destinationProgramId":"p","type":"#
        #expect(try connection(start + #""DELINKED"}"#).change == .delinked)
        #expect(try connection(start + #""DELINKED"}"#).account == nil)
        #expect(try connection(start + #""EDITED"}"#).change == .unrecognised("EDITED"))
        #expect(try connection(start + #""linked"}"#).change == .unrecognised("linked"))
    }

    @Test(
        "a body without a firm field says which one is missing",
        arguments: [
            (#"{"destinationProgramId":"p","type":"LINKED"}"#, "sourceUserId"),
            (#"{"sourceUserId":"u","type":"LINKED"}"#, "destinationProgramId"),
            (#"{"sourceUserId":"u","destinationProgramId":"p"}"#, "type"),
            (#"{"sourceUserId":"","destinationProgramId":"p","type":"LINKED"}"#, "sourceUserId"),
            (#"{"sourceUserId":null,"destinationProgramId":"p","type":"LINKED"}"#, "sourceUserId"),
            ("[]", ""), ("", ""), ("not json", ""), (#"{"sourceUserId":"u""#, ""),
        ])
    func missing(_ body: String, _ field: String) {
        let error = #expect(throws: WebhookPayloadError.self) { try connection(body) }
        #expect(error?.field == field)
    }

    @Test(
        "parts and card id are read where the configuration says, as number or text",
        arguments: [
            (#""allocation":{"parts":3},"card":{"id":"c-1"}"#, 3),
            (#""allocation":{"parts":"40"},"card":{"id":"c-1"}"#, 40),
            (#""allocation":{"parts":25.0},"card":{"id":"c-1"}"#, 25), (#""allocation":{},"card":{"id":"c-1"}"#, nil),
        ] as [(String, Int?)])
    func configuredFields(_ extra: String, _ parts: Int?) throws {
        let paths = ConnectionEventPayload.Paths(
            parts: WebhookPayloadPath("allocation.parts"), cardID: WebhookPayloadPath("card.id"))
        let body = #"{"sourceUserId":"u","destinationProgramId":"p","type":"LINKED",\#(extra)}"#
        let payload = try connection(body, paths: paths)
        #expect(payload.parts == parts && payload.cardID == "c-1")
    }

    @Test(
        "parts that are no whole number within bounds are an error",
        arguments: ["12.5", #""x""#, "-1", "10001", "true", "[]"])
    func unusableParts(_ value: String) {
        let paths = ConnectionEventPayload.Paths(parts: WebhookPayloadPath("shares.0.percent"))
        let body = #"{"sourceUserId":"u","destinationProgramId":"p","type":"LINKED","shares":[{"percent":\#(value)}]}"#
        let error = #expect(throws: WebhookPayloadError.self) { try connection(body, paths: paths) }
        #expect(error == WebhookPayloadError(.fieldUnusable, field: "shares.0.percent"))
    }

    @Test("a path has no empty step", arguments: ["", ".", "a.", ".a", "a..b"])
    func badPaths(_ text: String) {
        #expect(WebhookPayloadPath(text) == nil)
    }

    @Test("the sandbox writes parts and card id where its switches say")
    func sandboxFields() throws {
        var switches = SandboxSwitches()
        switches.connectionPartsField = "allocation.parts"
        switches.connectionCardField = "cardId"
        let event = SandboxConnectionEvent(
            sourceUserId: "u", destinationProgramId: "p", type: "LINKED",
            destinationAccount: ["destinationUserId": "M"], parts: 3, cardId: "c-1")
        let paths = ConnectionEventPayload.Paths(
            parts: WebhookPayloadPath("allocation.parts"), cardID: WebhookPayloadPath("cardId"))
        let payload = try connection(event.body(switches), paths: paths)
        #expect(payload.parts == 3 && payload.cardID == "c-1")
        #expect(try connection(event.body(SandboxSwitches()), paths: paths).parts == nil)
    }

    @Test(
        "a transaction id that no database could store is an error of the delivery",
        arguments: [#"a\u0000b"#, String(repeating: "x", count: 257)])
    func unusableTransactionIDs(_ id: String) {
        #expect(throws: WebhookPayloadError(.fieldUnusable, field: "transactionId")) {
            try TransactionEventPayload(body: Array(#"{"transactionId":"\#(id)","value":25}"#.utf8))
        }
    }

    @Test("of a transaction only the id is needed; a number may be text; anything else there is an error")
    func transactions() throws {
        let bare = try TransactionEventPayload(body: Array(#"{"id":"tx_1"}"#.utf8))
        #expect(bare.transactionID == "tx_1" && bare.value == nil && bare.account == nil)
        let text = try TransactionEventPayload(body: Array(#"{"transactionId":"t","value":"25"}"#.utf8))
        #expect(text.wholeValue == 25)
        #expect(throws: WebhookPayloadError(.fieldUnusable, field: "value")) {
            try TransactionEventPayload(body: Array(#"{"transactionId":"t","value":"many"}"#.utf8))
        }
        #expect(throws: WebhookPayloadError(.fieldMissing, field: "transactionId")) {
            try TransactionEventPayload(body: Array(#"{"value":25}"#.utf8))
        }
    }

    @Test("deep nesting is refused without harm")
    func deepNesting() {
        let body = String(repeating: "[", count: 100_000)
        #expect(throws: WebhookPayloadError.self) { try TransactionEventPayload(body: Array(body.utf8)) }
    }

    @Test("accounts agree on what both name and need one name in common")
    func accounts() {
        let sent = CosmoAccount(userID: "M-1", email: "A@Example.org")
        #expect(sent.agrees(with: CosmoAccount(userID: "M-1")))
        #expect(sent.agrees(with: CosmoAccount(email: "a@example.org")))
        #expect(!sent.agrees(with: CosmoAccount(userID: "m-1")))
        #expect(!sent.agrees(with: CosmoAccount(userID: "M-1", email: "b@example.org")))
        #expect(!CosmoAccount(userID: "M-1").agrees(with: CosmoAccount(email: "a@example.org")))
    }

    @Test(
        "printing an account, or an excerpt of what a peer said about it, shows only stumps",
        arguments: [
            ("M-1001", "M-1…1"), ("ab", "…"), ("abc", "a…"), ("zoe@example.org", "z…@….org"), ("", ""),
        ])
    func masking(_ value: String, _ masked: String) {
        #expect(Redaction.mask(value) == masked)
        let excerpt = Redaction.excerpt("no member \(value.uppercased()) or x@y.example here", hiding: [value])
        #expect(value.count < 3 || !excerpt.lowercased().contains(value.lowercased()))
        #expect(!excerpt.contains("x@y"))
    }
}
