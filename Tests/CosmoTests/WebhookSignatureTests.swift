import Testing

@testable import Cosmo

@Suite("Webhook signatures")
struct WebhookSignatureTests {
    struct Vector: Sendable {
        let body: String
        let signature: String
    }

    static let vectors = [
        Vector(
            body: #"{"transactionId":"tx_demo_1","value":25,"destinationAccount":{"destinationUserId":"M-1001"}}"#,
            signature: "4d5dfc099321c3d8a70866e7391e528e1ca8876d0685d037e39c94f9906c0eb8"),
        Vector(
            body: #"{ "sourceUserId": "u-77", "destinationProgramId": "prg_a", "type": "LINKED", "#
                + #""destinationAccount": { "destinationUserEmail": "zoë@example.org" } }"#,
            signature: "e9ca4be61807686ed0b9629c06d2c417e4806977fd086f2c189bff7d422c1ac4"),
        Vector(body: "", signature: "b6315e2f0abf98a4fe05c82b479f714a59999d4a2867ae5e17bfe0ba6ffc504f"),
    ]

    static let signedAt: Int64 = 1_760_000_000
    let check = WebhookSignature(secrets: [
        WebhookSecret(name: "older", secret: "whsec_old"), WebhookSecret(name: "demo", secret: "whsec_demo_0001"),
    ])

    private func verify(
        _ body: [UInt8], _ signature: String?, _ timestamp: String? = "1760000000", now: Int64 = signedAt,
        with check: WebhookSignature? = nil
    ) -> Result<WebhookSignature.Match, WebhookRejection> {
        do throws(WebhookRejection) {
            return .success(
                try (check ?? self.check).verify(
                    signature: signature, timestamp: timestamp, body: body, nowSeconds: now))
        } catch {
            return .failure(error)
        }
    }

    private func reason(_ result: Result<WebhookSignature.Match, WebhookRejection>) -> WebhookRejection.Reason? {
        if case .failure(let rejection) = result { rejection.reason } else { nil }
    }

    @Test("the contract's vectors fit, and the secret that signed is named", arguments: vectors)
    func vector(_ vector: Vector) throws {
        let match = try verify(Array(vector.body.utf8), vector.signature).get()
        #expect(match.secretName == "demo" && match.secretIndex == 1 && match.timestampSeconds == Self.signedAt)
    }

    @Test("any flipped bit of the body is refused", arguments: vectors)
    func flippedBody(_ vector: Vector) {
        let body = Array(vector.body.utf8)
        for index in body.indices {
            for bit in 0..<8 {
                var changed = body
                changed[index] ^= 1 << bit
                #expect(reason(verify(changed, vector.signature)) == .signatureMismatch, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test("any flipped bit of the signature or of the timestamp is refused")
    func flippedHeaders() {
        let vector = Self.vectors[0]
        let body = Array(vector.body.utf8)
        for (text, isSignature) in [(vector.signature, true), ("1760000000", false)] {
            for index in text.utf8.indices {
                for bit in 0..<7 {
                    var bytes = Array(text.utf8)
                    bytes[text.utf8.distance(from: text.startIndex, to: index)] ^= 1 << bit
                    let changed = String(decoding: bytes, as: UTF8.self)
                    let result =
                        isSignature
                        ? verify(body, changed) : verify(body, vector.signature, changed, now: Self.signedAt)
                    #expect(reason(result) != nil, "\(changed) must not pass")
                }
            }
        }
    }

    @Test(
        "a truncated, padded, prefixed or upper-case signature is malformed",
        arguments: [
            "", "4d5d", String(vectors[0].signature.dropLast()), vectors[0].signature + "0",
            "sha256=" + vectors[0].signature, vectors[0].signature.uppercased(),
            String(vectors[0].signature.dropLast()) + "g", " " + vectors[0].signature.dropLast(),
        ])
    func malformedSignature(_ signature: String) {
        #expect(reason(verify(Array(Self.vectors[0].body.utf8), signature)) == .signatureMalformed)
    }

    @Test("upper-case hex passes only where it is configured")
    func upperCase() throws {
        var tolerant = check
        tolerant.acceptsUppercaseHex = true
        let vector = Self.vectors[0]
        let match = try verify(Array(vector.body.utf8), vector.signature.uppercased(), with: tolerant).get()
        #expect(match.secretName == "demo")
    }

    @Test(
        "the window has two sides of their own, both inclusive",
        arguments: [
            (300, nil), (301, .timestampStale), (-60, nil), (-61, .timestampInFuture),
        ] as [(Int64, WebhookRejection.Reason?)])
    func window(_ age: Int64, _ expected: WebhookRejection.Reason?) {
        var narrow = check
        narrow.futureSkewMax = .seconds(60)
        let vector = Self.vectors[0]
        let result = verify(Array(vector.body.utf8), vector.signature, now: Self.signedAt + age, with: narrow)
        #expect(reason(result) == expected)
    }

    @Test("checks come in a fixed order: headers, timestamp, window, format, comparison")
    func order() {
        let body = Array("x".utf8)
        #expect(reason(verify(body, nil, nil)) == .signatureMissing)
        #expect(reason(verify(body, "zz", nil)) == .timestampMissing)
        #expect(reason(verify(body, "zz", "yesterday")) == .timestampMalformed)
        #expect(reason(verify(body, "zz", "1760000000", now: 0)) == .timestampInFuture)
        #expect(reason(verify(body, "zz", "1760000000")) == .signatureMalformed)
        #expect(reason(verify(body, Self.vectors[0].signature)) == .signatureMismatch)
    }

    @Test(
        "a timestamp is digits only, seconds or thirteen digits of milliseconds",
        arguments: [
            "", "-1760000000", "+1760000000", "1760000000.0", " 1760000000", "176000000000000", "१७६०००००००", "0x68e77",
        ])
    func malformedTimestamp(_ timestamp: String) {
        #expect(reason(verify([], Self.vectors[2].signature, timestamp)) == .timestampMalformed)
    }

    @Test("milliseconds count for the window only; the header is signed as the text it is")
    func milliseconds() throws {
        let body = Array("{}".utf8)
        let signature = WebhookSignature.sign(body: body, timestamp: "1760000000999", secret: check.secrets[0])
        let match = try verify(body, signature, "1760000000999").get()
        #expect(match.secretName == "older" && match.timestampSeconds == Self.signedAt)
        #expect(reason(verify(body, signature, "1760000000")) == .signatureMismatch)
    }

    @Test("without secrets nothing passes")
    func noSecrets() {
        let none = WebhookSignature(secrets: [])
        let vector = Self.vectors[0]
        #expect(reason(verify(Array(vector.body.utf8), vector.signature, with: none)) == .signatureMismatch)
    }

    @Test("printing a secret shows its name only")
    func secretIsNotPrinted() {
        var text = "\(check)"
        dump(check, to: &text)
        #expect(!text.contains("whsec_demo_0001") && text.contains("demo"))
    }
}
