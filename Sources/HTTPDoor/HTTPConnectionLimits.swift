/// What one connection bears, and for how long it is waited for.
package struct HTTPConnectionLimits: Sendable {
    /// The largest sum of a request's header fields.
    package var fieldBytesMax: Int
    /// How long a connection may be silent between two requests.
    package var idleTimeout: Duration
    /// How long the head of a request may take from its first byte on.
    package var headTimeout: Duration
    /// How long a whole body may take, however steadily it drips.
    package var bodyTimeout: Duration
    /// How long a body may pause.
    package var bodySilenceMax: Duration
    /// How many bytes a second a body must bring on average, once it has taken longer than it may pause.
    package var bodyBytesPerSecondMin: Int
    /// How long the client may take to take an answer; the next request is not begun before.
    package var answerTimeout: Duration
    /// How much of a body nobody asked for is read and dropped, so that the connection can serve the next request.
    package var droppedBytesMax: Int

    /// Makes limits.
    package init(
        fieldBytesMax: Int = 16_384, idleTimeout: Duration = .seconds(60), headTimeout: Duration = .seconds(10),
        bodyTimeout: Duration = .seconds(15), bodySilenceMax: Duration = .seconds(5), bodyBytesPerSecondMin: Int = 256,
        answerTimeout: Duration = .seconds(30), droppedBytesMax: Int = 65_536
    ) {
        self.fieldBytesMax = fieldBytesMax
        self.idleTimeout = idleTimeout
        self.headTimeout = headTimeout
        self.bodyTimeout = bodyTimeout
        self.bodySilenceMax = bodySilenceMax
        self.bodyBytesPerSecondMin = bodyBytesPerSecondMin
        self.answerTimeout = answerTimeout
        self.droppedBytesMax = droppedBytesMax
    }

    /// How long a connection that was closed on our side may go on sending, so that the last answer is not lost to a
    /// reset.
    static let lingering = Duration.seconds(1)
    static let lingeringBytesMax = 1 << 20
}
