import Admission
import Testing

@Suite("The authorization field is read by one rule at every door")
struct AuthorizationFieldTests {
    typealias Fault = AuthorizationField.Fault

    @Test(
        "the scheme's case, the number of spaces and blanks around it do not matter",
        arguments: [
            "Bearer mbk_0", "bearer mbk_0", "BEARER mbk_0", "Bearer  mbk_0", "Bearer      mbk_0", " Bearer mbk_0 ",
            "\tBearer mbk_0\t",
        ])
    func accepted(_ value: String) throws {
        #expect(try AuthorizationField.bearerToken(of: [value]) == "mbk_0")
    }

    @Test("a token68 may hold every character of its rule and end in any number of =")
    func token68() throws {
        let token = "aZ09-._~+/=="
        #expect(try AuthorizationField.bearerToken(of: ["Bearer \(token)"]) == token)
    }

    @Test(
        "what is not a scheme, spaces and a token68 is malformed",
        arguments: [
            "", " ", "Bearer", "Bearer ", "Bearer   ", "mbk_0", "Bearer\tmbk_0", "Bearer \tmbk_0", "Bearer mbk 0",
            "Bearer mbk_0, Bearer mbk_1", "Bearer mbk_0;", "Bearer mbk_ü", "Bearer =mbk", "Bearer mb=k",
            "Bea(rer mbk_0", "Bearer \"mbk_0\"", "Bearer mbk_0\u{0}", ": mbk_0 x",
        ])
    func malformed(_ value: String) {
        #expect(throws: Fault.malformed) { try AuthorizationField.bearerToken(of: [value]) }
    }

    @Test("no field, two fields and another scheme are distinguished")
    func faults() {
        #expect(throws: Fault.missing) { try AuthorizationField.bearerToken(of: [String]()) }
        #expect(throws: Fault.several) { try AuthorizationField.bearerToken(of: ["Bearer a", "Bearer a"]) }
        #expect(throws: Fault.otherScheme) { try AuthorizationField.bearerToken(of: ["Basic YTpi"]) }
    }

    @Test("neither the field's text nor a fault's words hold the token")
    func secrets() throws {
        let field = try AuthorizationField("Bearer mbk_secret".utf8)
        #expect(!"\(field)\(String(reflecting: field))".contains("secret"))
        for fault in Fault.allCases { #expect(!fault.words(scheme: "Bearer").contains("secret")) }
    }
}
