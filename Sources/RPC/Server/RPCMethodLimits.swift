/// What one method takes, where it is less than the server does.
///
/// For methods that anybody may call, such as health and reflection: what they hold must not grow with who asks.
package struct RPCMethodLimits: Sendable {
    /// How large one request message may be; the server's limit holds beside it.
    package var messageBytesMax: Int
    /// How many calls of the method one connection may have open at once.
    package var callsPerConnectionMax: Int
    /// How many calls of the method may be open at once on all connections.
    package var callsMax: Int
    /// Whether a call gives its connection a right to stay when the door is full and others wait.
    package var keepsConnection: Bool

    /// Makes limits; what is left out is not limited.
    package init(
        messageBytesMax: Int = .max, callsPerConnectionMax: Int = .max, callsMax: Int = .max,
        keepsConnection: Bool = true
    ) {
        self.messageBytesMax = messageBytesMax
        self.callsPerConnectionMax = callsPerConnectionMax
        self.callsMax = callsMax
        self.keepsConnection = keepsConnection
    }

    var countsCalls: Bool { callsPerConnectionMax < .max || callsMax < .max }
}
