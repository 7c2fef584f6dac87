import Cryptography
import Testing

@Suite("HMAC-SHA-256")
struct HMACSHA256Tests {
    @Test(
        "known answers (RFC 4231)",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func knownAnswers(key: [UInt8], message: [UInt8], code: String) {
        #expect(Hexadecimal.encode(HMACSHA256.authenticationCode(for: message, key: key)) == code)
    }

    @Test("an empty key is a key")
    func emptyKey() {
        let code = HMACSHA256.authenticationCode(for: [UInt8](), key: [UInt8]())
        #expect(Hexadecimal.encode(code) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test("pieces of different kinds give the code of their concatenation")
    func pieces() {
        let key = Array("key".utf8)
        let whole = Array("1700000000:{\"a\":1}".utf8)
        let body = Array("{\"a\":1}".utf8)
        let code = HMACSHA256.authenticationCode(for: "1700000000".utf8, [UInt8(ascii: ":")], body[...], key: key)
        #expect(code == HMACSHA256.authenticationCode(for: whole, key: key))
        #expect(HMACSHA256.isValid(code, for: "1700000000".utf8, ":".utf8, body, key: key))
    }

    @Test("one changed bit, a truncated code or another key is not valid", arguments: 0..<256)
    func changedBit(bit: Int) {
        let key = Array("key".utf8)
        var code = HMACSHA256.authenticationCode(for: "body".utf8, key: key)
        #expect(!HMACSHA256.isValid(code, for: "body".utf8, key: Array("yek".utf8)))
        #expect(!HMACSHA256.isValid(code.dropLast(), for: "body".utf8, key: key))
        code[bit / 8] ^= 1 << (bit % 8)
        #expect(!HMACSHA256.isValid(code, for: "body".utf8, key: key))
    }
}
