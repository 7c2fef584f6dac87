import Cryptography
import Testing

@testable import Cosmo

@Suite("Webhook authentication without signatures")
struct WebhookAuthenticationTests {
    let endpoint = WebhookTokenEndpoint(
        clientID: "cosmo", clientSecret: "s3cret", signingKey: Array("a key of thirty-two bytes or more".utf8),
        lifetime: .seconds(600))

    private func basic(_ pair: String) -> String { "Basic \(Base64.encode(Array(pair.utf8)))" }

    private func rejection(
        _ mode: WebhookAuthentication.Mode, _ authorization: String?, now: Int64 = 0
    ) -> WebhookRejection.Reason? {
        let check = WebhookAuthentication(mode: mode, signature: WebhookSignature(secrets: []))
        do throws(WebhookRejection) {
            _ = try check.verify(headers: .init(authorization: authorization), body: [], nowSeconds: now)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("Basic accepts any configured credential and nothing else")
    func basicMode() {
        let mode = WebhookAuthentication.Mode.basic([
            .init(username: "old", password: "one"), .init(username: "new", password: "two:three"),
        ])
        #expect(rejection(mode, basic("old:one")) == nil)
        #expect(rejection(mode, basic("new:two:three")) == nil)
        #expect(rejection(mode, basic("new:two:three").replacing("Basic", with: "basic")) == nil)
        #expect(rejection(mode, basic("old:two:three")) == .credentialsRefused)
        #expect(rejection(mode, basic("old:one ")) == .credentialsRefused)
        #expect(rejection(mode, basic("old")) == .authorizationMalformed)
        #expect(rejection(mode, "Basic ???") == .authorizationMalformed)
        #expect(rejection(mode, "Bearer x") == .authorizationMalformed)
        #expect(rejection(mode, nil) == .authorizationMissing)
    }

    private func token(_ answer: WebhookTokenEndpoint.Answer) throws -> String {
        let json = try #require(JSONTree.parse(Array(answer.body.utf8)))
        return try #require(json["access_token"]?.string)
    }

    @Test("a token is given for credentials in either place and lives as long as it says")
    func tokens() throws {
        let inBody = endpoint.answer(
            authorization: nil, formBody: "grant_type=client_credentials&client_id=cosmo&client_secret=s3cret",
            nowSeconds: 1_000)
        let inHeader = endpoint.answer(
            authorization: basic("cosmo:s3cret"), formBody: "grant_type=client_credentials", nowSeconds: 1_000)
        for answer in [inBody, inHeader] {
            #expect(answer.status == 200)
            let bearer = "Bearer \(try token(answer))"
            #expect(rejection(.oauth(endpoint), bearer, now: 1_599) == nil)
            #expect(rejection(.oauth(endpoint), bearer, now: 1_600) == .tokenExpired)
        }
    }

    @Test(
        "a token request that is not exactly one set of right credentials is refused",
        arguments: [
            (nil, "grant_type=client_credentials&client_id=cosmo&client_secret=wrong", 401),
            (nil, "grant_type=client_credentials&client_id=cosmo", 401), (nil, "grant_type=client_credentials", 401),
            (nil, "client_id=cosmo&client_secret=s3cret", 400),
            (nil, "grant_type=password&client_id=cosmo&client_secret=s3cret", 400), (nil, "", 400),
            (nil, "grant_type=%zz", 400),
            (nil, "grant_type=client_credentials&grant_type=client_credentials", 400),
            ("cosmo:s3cret", "grant_type=client_credentials&client_id=cosmo&client_secret=s3cret", 400),
            ("cosmo:wrong", "grant_type=client_credentials", 401),
        ] as [(String?, String, Int)])
    func refusedTokens(_ pair: String?, _ form: String, _ status: Int) {
        let answer = endpoint.answer(authorization: pair.map(basic), formBody: form, nowSeconds: 0)
        #expect(answer.status == status)
        #expect(!answer.body.contains("access_token"))
    }

    @Test("a token changed in any character, or of another key, is refused")
    func forgedTokens() throws {
        let form = "grant_type=client_credentials&client_id=cosmo&client_secret=s3cret"
        let genuine = try token(endpoint.answer(authorization: nil, formBody: form, nowSeconds: 0))
        for index in genuine.indices {
            var forged = genuine
            forged.replaceSubrange(index...index, with: genuine[index] == "0" ? "1" : "0")
            #expect(rejection(.oauth(endpoint), "Bearer \(forged)") == .tokenRefused)
        }
        let other = WebhookTokenEndpoint(clientID: "cosmo", clientSecret: "s3cret", signingKey: Array("another".utf8))
        let foreign = try token(other.answer(authorization: nil, formBody: form, nowSeconds: 0))
        #expect(rejection(.oauth(endpoint), "Bearer \(foreign)") == .tokenRefused)
        #expect(rejection(.oauth(endpoint), "Bearer ") == .authorizationMalformed)
        #expect(rejection(.oauth(endpoint), nil) == .authorizationMissing)
    }
}
