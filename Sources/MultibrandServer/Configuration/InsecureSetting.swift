/// A weakness of the set-up that stops the start, unless `security.insecure` lists its name.
package enum InsecureSetting: String, CaseIterable, Sendable {
    /// gRPC callers need no key, on an address that others can reach.
    case keysOff
    /// gRPC without TLS on an address that others can reach.
    case plainRPC
    /// Passwords or tokens of Cosmo's deliveries without TLS on an address that others can reach.
    case plainWebhooks
    /// The wallet's keys and tokens without TLS on an address that others can reach.
    case plainWallet
    /// An operator's key that can be guessed.
    case shortOperatorKey
    /// A webhook secret, password or client secret that can be guessed.
    case shortWebhookSecret
    /// A certificate that has expired or is not valid yet.
    case invalidCertificate
}
