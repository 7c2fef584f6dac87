import Cryptography
import Testing

@Suite("Hexadecimal, base64, comparison and randomness")
struct TextEncodingTests {
    @Test("hexadecimal is lower case out and comes back")
    func hexadecimal() {
        let bytes = (0...255).map { UInt8($0) }
        let text = Hexadecimal.encode(bytes)
        #expect(text.prefix(8) == "00010203" && text.suffix(4) == "feff")
        #expect(Hexadecimal.decode(text) == bytes)
        #expect(Hexadecimal.decode(text.uppercased()) == bytes)
        #expect(Hexadecimal.decodeLowercase(text) == bytes)
        #expect(Hexadecimal.decodeLowercase(text.uppercased()) == nil)
    }

    @Test("text that is not hexadecimal is refused", arguments: ["0", "0g", " 00", "0x00", "00\n", "é0", "--"])
    func notHexadecimal(text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }

    @Test(
        "base64 known answers (RFC 4648 section 10)",
        arguments: zip(
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"],
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
    func base64(plain: String, text: String) {
        let bare = text.filter { $0 != "=" }
        #expect(Base64.encode(plain.utf8) == text)
        #expect(Base64.encode(plain.utf8, padding: false) == bare)
        #expect(Base64.decode(text) == Array(plain.utf8))
        #expect(Base64.decode(bare) == Array(plain.utf8))
    }

    @Test(
        "text that is not base64 is refused",
        arguments: ["Z", "Zg=", "Zg===", "Z===", "Zh==", "Zm9=", "Zm 9v", "Zm9v=", "Zg==Zg==", "Zm9-"])
    func notBase64(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("comparison looks at every byte and at the length")
    func comparison() {
        let bytes = (0..<64).map { UInt8($0) }
        #expect(constantTimeEquals(bytes, bytes[...]))
        #expect(constantTimeEquals([UInt8](), "".utf8))
        #expect(!constantTimeEquals(bytes, bytes.dropLast()))
        for position in bytes.indices {
            var other = bytes
            other[position] ^= 1
            #expect(!constantTimeEquals(bytes, other))
        }
    }

    @Test("random bytes have the asked length and do not repeat")
    func randomness() {
        #expect(randomBytes(count: 0).isEmpty)
        #expect(randomBytes(count: 33).count == 33)
        #expect(Set((0..<100).map { _ in randomBytes(count: 16) }).count == 100)
    }
}
