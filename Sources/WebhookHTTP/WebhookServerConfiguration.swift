package import Admission
package import HTTPDoor
package import TLS

/// How the webhook door listens, and what it takes at most.
package struct WebhookServerConfiguration: Sendable {
    /// The address to listen on.
    package var host: String
    /// The port; 0 for a free one.
    package var port: Int
    /// The largest body of a delivery.
    package var bodyBytesMax: Int
    /// What one connection bears.
    package var limits: HTTPConnectionLimits
    /// How long a sender surely waits for an answer, from the head of its request: an answer within that is taken for
    /// seen.
    package var senderTimeout: Duration
    /// How many connections are served at once, when there is no ``gate``; more take the places of idle ones, or wait.
    package var connectionsMax: Int
    /// Who counts the connections, when the process shares its descriptors among several doors.
    package var gate: DoorGate?
    /// How long requests under way may take to end once the door is to close.
    package var drainTimeout: Duration
    /// TLS, when this server ends it itself.
    package var tls: TLSServerContext?
    /// How many bytes of bodies are held at once; doors of one process share it.
    package var bodies: BodyBudget

    /// Makes a configuration.
    package init(
        host: String = "127.0.0.1", port: Int = 0, bodyBytesMax: Int = 65_536,
        limits: HTTPConnectionLimits = HTTPConnectionLimits(), senderTimeout: Duration = .seconds(5),
        connectionsMax: Int = 10_000, drainTimeout: Duration = .seconds(15), tls: TLSServerContext? = nil,
        bodies: BodyBudget = BodyBudget()
    ) {
        self.host = host
        self.port = port
        self.bodyBytesMax = bodyBytesMax
        self.limits = limits
        self.senderTimeout = senderTimeout
        self.connectionsMax = connectionsMax
        self.drainTimeout = drainTimeout
        self.tls = tls
        self.bodies = bodies
    }

    var listening: HTTPDoorConfiguration {
        var listening = HTTPDoorConfiguration(
            host: host, port: port, limits: limits, connectionsMax: connectionsMax, drainTimeout: drainTimeout,
            tls: tls, bodies: bodies)
        listening.gate = gate
        return listening
    }
}
