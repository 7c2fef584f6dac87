package import PrometheusText

/// Every metric of the service, as `/metrics` lists it from the start.
///
/// Rules, dashboards and docs/operations.md are held against this list by tests, and the list against a running
/// service. Counters that an alert watches begin at zero for each of their labels' values.
package enum ServiceMetrics {
    /// All of them.
    package static let declarations: [MetricDeclaration] =
        process + database + doors + spends + preferences + issuance + cosmo + wallet

    /// A registry that knows the service's metrics.
    package static func registry() -> PrometheusMetrics { PrometheusMetrics(declarations: declarations) }

    static func gauge(_ name: String, _ labels: String..., help: String) -> MetricDeclaration {
        MetricDeclaration(.gauge, "multibrand_\(name)", labels: labels, help: help)
    }

    /// - Parameter zeros: The values of the only label that begin at zero; a counter without labels always does.
    static func counter(
        _ name: String, _ labels: String..., zeros: [String]? = nil, help: String
    ) -> MetricDeclaration {
        let sets = labels.isEmpty ? [[]] : (zeros ?? []).map { [$0] }
        return MetricDeclaration(.counter, "multibrand_\(name)_total", labels: labels, zeros: sets, help: help)
    }

    static func seconds(_ name: String, _ labels: String..., help: String) -> MetricDeclaration {
        MetricDeclaration(.seconds, "multibrand_\(name)_seconds", labels: labels, help: help)
    }

    private static let process = [
        gauge("build_info", "version", help: "1, with the version of this build."),
        gauge("start_time_seconds", help: "When this process began, seconds since 1970."),
        gauge("process_resident_memory_bytes", help: "Memory that this process has in use."),
        counter("rpc_calls", "method", "code", help: "gRPC calls, by method and status."),
        seconds("rpc_call_duration", "method", help: "How long gRPC calls took, by method."),
    ]

    private static let database = [
        gauge("database_answers", help: "1 while the database answers this process, 0 while it does not."),
        gauge("database_connections", "state", help: "Connections of the pool."),
        gauge("database_waiting", help: "Tasks that wait for a connection."),
        gauge(
            "database_lines_waiting",
            help: "Calls that wait for a row that another call holds; they keep no connection."),
    ]

    private static let doors = [
        gauge("connections", "door", help: "Connections open, by door."),
        gauge(
            "connections_max", "door",
            help: "Connections a door may have: as configured, or what the process's open files allow."),
        gauge("connections_not_accepted", "door", help: "1 while a full door lets new connections wait."),
        counter(
            "connections_closed_for_others", "door", zeros: doorNames,
            help: "Connections closed to make room for new ones, by door."),
        counter(
            "connections_accept_failures", "door", zeros: doorNames,
            help: "Connections that could not be accepted because no file descriptor was left, by door."),
    ]
}
