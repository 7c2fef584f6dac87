/// Who is at the other end of a connection.
package final class RPCPeer: Sendable {
    /// The peer's network address as text, for logs of refused connections; not for decisions.
    package let address: String
    /// Whether the connection is encrypted.
    package let isTLS: Bool

    /// Makes a peer; a server makes its own, tests of handlers make theirs.
    package init(address: String, isTLS: Bool) {
        self.address = address
        self.isTLS = isTLS
    }
}
