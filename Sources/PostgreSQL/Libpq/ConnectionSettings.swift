import CPostgreSQL
import Glibc

/// The keywords a connection is opened with: the connection string, and the defaults that bound every wait.
struct ConnectionSettings {
    /// Keyword and value in libpq's order: later keywords win.
    let pairs: [(keyword: String, value: String)]
    /// Whether the connection string names several hosts.
    let namesSeveralHosts: Bool

    /// - Parameter overrides: Keywords that win over the connection string.
    init(_ configuration: PostgresConfiguration, overrides: [(keyword: String, value: String)] = []) {
        let given = Self.given(by: configuration.connectionString)
        let hosts = given["hostaddr"] ?? given["host"] ?? Self.environment("PGHOSTADDR") ?? Self.environment("PGHOST")
        namesSeveralHosts = hosts?.contains(",") ?? false
        let connectTimeout = String(max(2, configuration.connectTimeout.components.seconds))
        let statementSeconds = max(1, configuration.statementTimeout.components.seconds)
        var pairs = [
            ("connect_timeout", connectTimeout),
            ("tcp_user_timeout", String(min(statementSeconds, 3600) * 1000)),
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("fallback_application_name", configuration.applicationName),
        ]
        if namesSeveralHosts, Self.environment("PGTARGETSESSIONATTRS") == nil {
            // Of several hosts the one that takes writes is meant; a standby that comes first is passed over.
            pairs.append(("target_session_attrs", "read-write"))
        }
        pairs.append(("dbname", configuration.connectionString))
        // For libpq no time and zero mean "without end"; then a server that hangs would hold the thread.
        if let text = given["connect_timeout"], (Int(text) ?? 0) <= 0 {
            pairs.append(("connect_timeout", connectTimeout))
        }
        pairs.append(("client_encoding", "UTF8"))
        self.pairs = pairs + overrides
    }

    /// What a connection string says itself, by keyword; nothing when libpq cannot read it.
    static func given(by connectionString: String) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        defer { if let message { PQfreemem(message) } }
        guard let options = PQconninfoParse(connectionString, &message) else { return [:] }
        defer { PQconninfoFree(options) }
        return values(of: options)
    }

    /// What libpq takes for keywords that a connection string leaves out, from `PG...` variables and its own defaults.
    static var defaults: [String: String] {
        guard let options = PQconndefaults() else { return [:] }
        defer { PQconninfoFree(options) }
        return values(of: options)
    }

    private static func values(of options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension PostgresConfiguration {
    /// Whether the connection string names several hosts, of which the one that takes writes is used.
    ///
    /// **Guarantees** `target_session_attrs` is then `read-write` unless the string says otherwise.
    package var namesSeveralHosts: Bool { ConnectionSettings(self).namesSeveralHosts }

    /// Where the connection string leads, for people: host, port and database, with libpq's defaults for what the
    /// string leaves out. It holds neither role nor password.
    package var place: String {
        let found = ConnectionSettings.defaults.merging(ConnectionSettings.given(by: connectionString)) { $1 }
        let host = found["host"] ?? found["hostaddr"]
        let database = found["dbname"] ?? found["user"]
        return [
            host.map { "host \($0)" } ?? "the local socket", found["port"].map { "port \($0)" },
            database.map { "database \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}
