/// The pages that operation looks at; composition fills them.
public struct OperationalPages: Sendable {
    /// An answer in plain text.
    public struct Page: Sendable, Hashable {
        /// The HTTP status.
        public let status: Int
        /// The media type.
        public let contentType: String
        /// The text.
        public let body: String

        /// Makes a page.
        public init(status: Int, contentType: String = "text/plain; charset=utf-8", body: String) {
            self.status = status
            self.contentType = contentType
            self.body = body
        }
    }

    /// `GET /healthz`: whether the process lives.
    public let health: @Sendable () async -> Page
    /// `GET /readyz`: whether it can serve.
    public let readiness: @Sendable () async -> Page
    /// `GET /metrics`: Prometheus text.
    public let metrics: @Sendable () async -> Page

    /// Makes the pages.
    public init(
        health: @escaping @Sendable () async -> Page = { Page(status: 200, body: "ok\n") },
        readiness: @escaping @Sendable () async -> Page = { Page(status: 200, body: "ready\n") },
        metrics: @escaping @Sendable () async -> Page = { Page(status: 404, body: "no metrics\n") }
    ) {
        self.health = health
        self.readiness = readiness
        self.metrics = metrics
    }
}
