/// How a private cluster runs.
package struct PostgresClusterOptions: Sendable, Hashable {
    /// Whether a commit waits for the disk; turn it off for tests alone.
    package var isDurable: Bool
    /// The most connections the server takes.
    package var connectionsMax: Int
    /// Further settings of postgresql.conf, by name.
    package var settings: [String: String]

    /// Creates options; the defaults suit a lasting cluster.
    package init(isDurable: Bool = true, connectionsMax: Int = 100, settings: [String: String] = [:]) {
        self.isDurable = isDurable
        self.connectionsMax = connectionsMax
        self.settings = settings
    }

    func configurationText(socketDirectory: String) -> String {
        var all = [
            "listen_addresses": "", "unix_socket_directories": socketDirectory, "unix_socket_permissions": "0700",
            "port": "5432", "max_connections": String(connectionsMax), "log_min_messages": "warning",
            "log_statement": "none", "log_parameter_max_length_on_error": "0",
        ]
        if !isDurable {
            all.merge(["fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"]) { $1 }
        }
        all.merge(settings) { $1 }
        return all.sorted { $0.key < $1.key }
            .map {
                "\($0.key) = "
                    + "'\($0.value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'\n"
            }
            .joined()
    }
}
