import Foundation
import HTTPTypes

/// What an address and a method ask for.
enum WalletRoute: Equatable {
    /// A call, with the decoded parameters of its path in their order.
    case endpoint(WalletEndpoint, [String])
    /// The OpenAPI document.
    case document
    case notFound
    case methodNotAllowed(allow: String)
    /// The path has a percent sign that begins no byte, or bytes that are no UTF-8.
    case unreadable
    case targetTooLong

    /// The longest request target, in bytes: an id of 255 characters may be percent-encoded to 3060.
    static let targetBytesMax = 8_192
    /// Where the OpenAPI document is.
    static let documentPath = "/openapi.yaml"

    private static let templates: [(endpoint: WalletEndpoint, segments: [Substring])] = WalletEndpoint.allCases.map {
        ($0, $0.template.split(separator: "/", omittingEmptySubsequences: false))
    }

    init(target: String, method: HTTPRequest.Method) {
        guard target.utf8.count <= Self.targetBytesMax else {
            self = .targetTooLong
            return
        }
        let path = target.prefix { $0 != "?" }
        guard path != Self.documentPath else {
            self = method == .get || method == .head ? .document : .methodNotAllowed(allow: "GET, HEAD")
            return
        }
        // Cut first and decode then: `%2F` in an id is part of the id.
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let found = Self.templates.filter { Self.matches(segments, $0.segments) }
        guard !found.isEmpty else {
            self = .notFound
            return
        }
        guard let match = found.first(where: { $0.endpoint.method == method }) else {
            self = .methodNotAllowed(allow: found.map(\.endpoint.method.rawValue).sorted().joined(separator: ", "))
            return
        }
        var parameters: [String] = []
        for (segment, name) in zip(segments, match.segments) where name.hasPrefix("{") {
            guard let decoded = String(segment).removingPercentEncoding else {
                self = .unreadable
                return
            }
            parameters.append(decoded)
        }
        self = .endpoint(match.endpoint, parameters)
    }

    private static func matches(_ segments: [Substring], _ template: [Substring]) -> Bool {
        segments.count == template.count
            && zip(segments, template).allSatisfy { segment, name in
                name.hasPrefix("{") ? !segment.isEmpty : segment == name
            }
    }
}
