/// What a handler knows about the call besides its message.
///
/// **Concurrency** The handler's task is cancelled when the deadline passes, the caller resets the stream, or the
/// connection is lost.
package struct RPCContext: Sendable {
    /// The method's path, such as `/multibrand.v1.SpendService/RecordSpend`.
    package let path: String
    /// What the caller sent along.
    package let metadata: Metadata
    /// When the caller stops waiting.
    package let deadline: ContinuousClock.Instant?
    /// Who calls.
    package let peer: RPCPeer

    private var values: [ObjectIdentifier: any Sendable] = [:]

    /// Makes a context; a server makes its own, tests of handlers make theirs.
    package init(
        path: String, metadata: Metadata = [:], deadline: ContinuousClock.Instant? = nil,
        peer: RPCPeer = RPCPeer(address: "in-process", isTLS: false)
    ) {
        self.path = path
        self.metadata = metadata
        self.deadline = deadline
        self.peer = peer
    }

    /// The peer's network address as text.
    package var peerAddress: String { peer.address }

    /// Whether the connection is encrypted.
    package var isTLS: Bool { peer.isTLS }

    /// What the admission left under the key.
    package subscript<Key: RPCContextKey>(key: Key.Type) -> Key.Value? {
        get { values[ObjectIdentifier(key)] as? Key.Value }
        set { values[ObjectIdentifier(key)] = newValue }
    }
}
