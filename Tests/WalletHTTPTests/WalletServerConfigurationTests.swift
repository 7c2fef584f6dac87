import HTTPDoor
import Testing
import WalletHTTP

@Suite("The wallet door's configuration")
struct WalletServerConfigurationTests {
    @Test("nobody is limited, and bodies are, unless something else is said")
    func fallbacks() {
        let configuration = WalletServerConfiguration()
        #expect(configuration.rateLimit == nil)
        #expect(configuration.bodyBytesMax == 65_536)
        #expect(configuration.listening.host == "127.0.0.1")
    }
}
