import HTTPTypes

/// Method, target and version of a request (RFC 9112 section 3).
struct RequestLine {
    let method: HTTPRequest.Method
    /// The path and query; `*` for OPTIONS of the whole server.
    let path: String
    /// Whether the client speaks 1.1 rather than 1.0.
    let isVersion11: Bool

    private static let methods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY",
    ]

    init(_ line: Slice<UnsafeRawBufferPointer>) throws(HTTPFault) {
        let parts = line.split(separator: HTTPSyntax.space, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(HTTPSyntax.isTokenByte) else { throw .malformed }
        isVersion11 = try Self.isVersion11(parts[2])
        guard !parts[1].isEmpty, parts[1].allSatisfy(HTTPSyntax.isTargetByte) else { throw .malformed }
        let name = String(decoding: parts[0], as: UTF8.self)
        // CONNECT is for proxies, and names no path.
        guard Self.methods.contains(name), let method = HTTPRequest.Method(name) else { throw .methodUnknown }
        self.method = method
        path = try Self.path(String(decoding: parts[1], as: UTF8.self), method)
    }

    private static func isVersion11(_ version: Slice<UnsafeRawBufferPointer>) throws(HTTPFault) -> Bool {
        let bytes = Array(version)
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[6] == 0x2E,
            (0x30...0x39).contains(bytes[5]), (0x30...0x39).contains(bytes[7])
        else { throw .malformed }
        guard bytes[5] == 0x31 else { throw .versionUnknown }
        return bytes[7] != 0x30
    }

    private static func path(_ target: String, _ method: HTTPRequest.Method) throws(HTTPFault) -> String {
        if target.hasPrefix("/") { return target }
        if target == "*", method == .options { return target }
        // The absolute form, as to a proxy: its authority goes before `Host` (RFC 9112 section 3.2.2).
        let lower = target.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else { throw .malformed }
        let rest = target.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty, authority.utf8.allSatisfy(HTTPSyntax.isHostByte) else { throw .malformed }
        let path = rest[authority.endIndex...]
        return path.hasPrefix("/") ? String(path) : "/" + path
    }
}
