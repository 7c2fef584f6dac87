/// The pages that operation looks at; composition fills them.
package struct OperationalPages: Sendable {
    /// An answer in plain text.
    package struct Page: Sendable, Hashable {
        /// The HTTP status.
        package let status: Int
        /// The media type.
        package let contentType: String
        /// The text.
        package let body: String

        /// Makes a page.
        package init(status: Int, contentType: String = "text/plain; charset=utf-8", body: String) {
            self.status = status
            self.contentType = contentType
            self.body = body
        }
    }

    /// `GET /healthz`: whether the process lives.
    package let health: @Sendable () async -> Page
    /// `GET /readyz`: whether it can serve.
    package let readiness: @Sendable () async -> Page
    /// `GET /metrics`: Prometheus text.
    package let metrics: @Sendable () async -> Page

    /// Makes the pages.
    package init(
        health: @escaping @Sendable () async -> Page = { Page(status: 200, body: "ok\n") },
        readiness: @escaping @Sendable () async -> Page = { Page(status: 200, body: "ready\n") },
        metrics: @escaping @Sendable () async -> Page = { Page(status: 404, body: "no metrics\n") }
    ) {
        self.health = health
        self.readiness = readiness
        self.metrics = metrics
    }
}
