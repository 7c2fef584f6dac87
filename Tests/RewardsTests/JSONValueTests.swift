import Rewards
import Testing

@Suite("JSON: strict reading, canonical writing")
struct JSONValueTests {
    @Test(
        "documents have one canonical form",
        arguments: [
            (" { \"b\" : [ 1 , -2.50 , 1e9 ] , \"a\" : null } ", #"{"a":null,"b":[1,-2.50,1e9]}"#),
            (#""\u0041\u00e9\ud83d\udeb2\/\b""#, "\"Aé🚲/\\u0008\""),
            (#"["\"\\\n\r\t"]"#, #"["\"\\\n\r\t"]"#), ("[]", "[]"), ("{}", "{}"), ("true", "true"), ("-0", "-0"),
            (#"{"Z":1,"a":2,"é":3}"#, #"{"Z":1,"a":2,"é":3}"#),
        ])
    func canonical(text: String, canonical: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.canonicalText == canonical)
        #expect(try JSONValue(parsing: canonical) == value)
    }

    @Test(
        "what RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "01", "1.", ".5", "+1", "-", "1e", "nul", "tru e", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}",
            "{a:1}", "'a'",
            "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\u{01}\"", "1 1",
            "{\"a\":1}}",
            "NaN", "[", "{\"a\":", "\u{FEFF}1", "// c\n1",
        ])
    func refused(text: String) {
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
    }

    @Test("repeated names, depth, size and invalid UTF-8 are refused by kind")
    func kinds() {
        func kind(_ bytes: [UInt8], bytesMax: Int = 10_000, depthMax: Int = 3) -> JSONParseError.Kind? {
            do throws(JSONParseError) {
                _ = try JSONValue(parsing: bytes, bytesMax: bytesMax, depthMax: depthMax)
                return nil
            } catch { return error.kind }
        }
        #expect(kind(Array(#"{"a":1,"\u0061":2}"#.utf8)) == .nameRepeated)
        #expect(kind(Array("[[[1]]]".utf8)) == nil)
        #expect(kind(Array("[[[[1]]]]".utf8)) == .tooDeep)
        #expect(kind(Array(repeating: UInt8(ascii: "["), count: 9999)) == .tooDeep)
        #expect(kind(Array("[1]".utf8), bytesMax: 2) == .tooLarge)
        #expect(kind([0x22, 0xC3, 0x28, 0x22]) == .malformed)
        #expect(kind([0x22, 0xED, 0xA0, 0x80, 0x22]) == .malformed)
    }

    @Test("numbers keep their text and read as what they are")
    func numbers() throws {
        let value = try JSONValue(parsing: #"{"n":12345678901234567890,"d":1.50,"i":-7,"e":1e3}"#)
        #expect(value["n"]?.int64 == nil)
        #expect(value["d"]?.exactDecimal == ExactDecimal(significand: 15, scale: 1))
        #expect(value["i"]?.int64 == -7)
        #expect(value["e"]?.exactDecimal == nil)
        #expect(value["missing"] == nil)
    }

    @Test("bytes at random never crash the parser, and what it takes it writes back stably", arguments: 0..<50)
    func noise(seed: Int) throws {
        var random = Seeded(UInt64(seed))
        let alphabet = Array("{}[]:,\"\\u019aeE+-.truefalsn ".utf8) + [0x00, 0xC3, 0xA9, 0xFF]
        for _ in 0..<400 {
            let bytes = (0..<random.int(0...24)).map { _ in alphabet[random.int(0...alphabet.count - 1)] }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            let canonical = value.canonicalBytes
            #expect(try JSONValue(parsing: canonical).canonicalBytes == canonical, "seed \(seed): \(bytes)")
        }
    }
}
