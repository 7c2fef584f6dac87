package import Admission
package import TLS

/// How an HTTP door listens, and what it bears at most.
package struct HTTPDoorConfiguration: Sendable {
    /// The address to listen on.
    package var host: String
    /// The port; 0 for a free one.
    package var port: Int
    /// What one connection bears.
    package var limits: HTTPConnectionLimits
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
        host: String = "127.0.0.1", port: Int = 0, limits: HTTPConnectionLimits = HTTPConnectionLimits(),
        connectionsMax: Int = 10_000, drainTimeout: Duration = .seconds(15), tls: TLSServerContext? = nil,
        bodies: BodyBudget = BodyBudget()
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.connectionsMax = connectionsMax
        self.drainTimeout = drainTimeout
        self.tls = tls
        self.bodies = bodies
    }
}
