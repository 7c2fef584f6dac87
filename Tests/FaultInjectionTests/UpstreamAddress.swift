import Foundation
import NIOCore

/// Where a database listens, read from its connection string, and the string that leads through a port of ours instead.
struct UpstreamAddress {
    let address: SocketAddress
    private let text: String

    init(_ text: String) throws {
        self.text = text
        if let url = URLComponents(string: text), url.scheme?.hasPrefix("postgres") == true {
            address = try SocketAddress.makeAddressResolvingHost(url.host ?? "localhost", port: url.port ?? 5432)
            return
        }
        var fields: [String: String] = [:]
        for field in text.split(separator: " ") {
            let parts = field.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: ["'"]) }
        }
        let host = fields["host"] ?? "localhost"
        let port = fields["port"].flatMap { Int($0) } ?? 5432
        address =
            host.hasPrefix("/")
            ? try SocketAddress(unixDomainSocketPath: "\(host)/.s.PGSQL.\(port)")
            : try SocketAddress.makeAddressResolvingHost(host, port: port)
    }

    func connectionString(throughPort port: Int) -> String {
        if var url = URLComponents(string: text), url.scheme?.hasPrefix("postgres") == true {
            url.host = "127.0.0.1"
            url.port = port
            url.queryItems = (url.queryItems ?? []) + [URLQueryItem(name: "sslmode", value: "disable")]
            return url.string ?? text
        }
        // Of two equal keywords libpq takes the later one.
        return text + " host=127.0.0.1 port=\(port) sslmode=disable gssencmode=disable"
    }
}
