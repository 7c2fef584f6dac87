import FoundationEssentials

/// Which addresses may receive events, as far as the text of the address says; the sender looks at what names resolve
/// to.
package enum WebhookAddress {
    /// Refuses what is no https URL, and private hosts where they are out of reach; where SANDBOX may reach them, it
    /// may use plain http to the own machine too.
    ///
    /// **Errors** `VALIDATION` for what is no URL, `WEBHOOK_URL_NOT_ALLOWED`.
    package static func check(
        _ text: String, _ environment: WalletEnvironment, reach: WebhookReach
    ) throws(WalletError) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty
        else { throw WalletError(.validation, "\(.url) must be an https URL of at most 2048 characters", field: .url) }
        guard host.utf8.allSatisfy({ $0 != UInt8(ascii: "%") && $0 != 0 }),
            parts.port.map({ (1...65_535).contains($0) }) ?? true
        else { throw WalletError(.validation, "\(.url) must name a host, and a port from 1 to 65535", field: .url) }
        let bare = host.lowercased().trimmingBrackets
        let isOwnMachine = bare == "localhost" || bare == "127.0.0.1" || bare == "::1"
        let isPrivateAllowed = reach.allowsPrivate(in: environment)
        let isPlainAllowed = environment == .sandbox && isPrivateAllowed && isOwnMachine
        guard scheme == "https" || (scheme == "http" && isPlainAllowed), parts.user == nil, parts.password == nil,
            parts.fragment == nil
        else { throw notAllowed("\(.url) must begin with https:// and name no user") }
        guard isPrivateAllowed || !isPrivate(bare) else {
            throw notAllowed("\(.url) must not name a private address")
        }
    }

    /// Whether a host's text, or an address in text, is one that only a private network reaches.
    package static func isPrivate(_ host: String) -> Bool {
        // A name that ends with a dot is the same name.
        var host = host.lowercased().trimmingBrackets
        while host.hasSuffix(".") { host.removeLast() }
        if host == "localhost" || host.hasSuffix(".localhost") || host.hasSuffix(".local")
            || host.hasSuffix(".internal")
        {
            return true
        }
        if host.contains(":") {
            // IPv6: unspecified, loopback, unique local, link-local, site-local, multicast, and IPv4 in IPv6's clothes.
            let prefixes = ["::", "fc", "fd", "fe8", "fe9", "fea", "feb", "fec", "fed", "fee", "fef", "ff", "0:"]
            return (prefixes + ["64:ff9b:", "2002:"]).contains { host.hasPrefix($0) }
        }
        // A part that begins with a zero is octal to some resolvers, so it is no number here.
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map {
            $0.utf8.count > 1 && $0.hasPrefix("0") ? nil : UInt8($0)
        }
        guard octets.count == 4, let first = octets[0], let second = octets[1] else {
            // A name, or a number in a form that some resolvers read as an address: only names have a letter.
            return !host.contains { $0.isLetter } || host.hasPrefix("0x")
        }
        switch (first, second) {
        case (192, 0): return octets[2] == 0
        case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127),
            (198, 18...19), (224..., _):
            return true
        default: return false
        }
    }

    private static func notAllowed(_ words: WalletWords) -> WalletError {
        WalletError(.webhookURLNotAllowed, words, field: .url)
    }
}

extension String {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
    }
}
