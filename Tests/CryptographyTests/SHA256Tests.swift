import Cryptography
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "known answers (FIPS 180-4 examples)",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func knownAnswers(text: String, digest: String) {
        #expect(Hexadecimal.encode(SHA256.digest(text.utf8)) == digest)
    }

    @Test("bytes fed in pieces give the digest of the whole, wherever they are cut")
    func pieces() {
        let bytes = (0..<200).map { UInt8($0) }
        for cut in 0...bytes.count {
            var hash = SHA256()
            hash.update(bytes[..<cut])
            hash.update(bytes[cut...])
            #expect(hash.finalize() == SHA256.digest(bytes))
        }
    }
}
