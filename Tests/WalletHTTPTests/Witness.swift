import HTTPTypes
import NIOHTTP1
import Rewards
import Testing

@testable import WalletHTTP

/// Holds every answer that any test of this target sees against docs/openapi.yaml: its status must be documented for
/// the call, and it must bear an `X-Request-Id`.
enum Witness {
    static let documented = OpenAPIOutline(openAPIDocument)

    static func saw(_ method: HTTPMethod, _ path: String, _ answer: WalletDoor.Answer) {
        #expect(answer.headers["X-Request-Id"].count == 1, "\(method) \(path.prefix(60)) has no X-Request-Id")
        guard let known = HTTPRequest.Method(rawValue: method.rawValue) else { return }
        switch WalletRoute(target: path, method: known) {
        case .endpoint(let endpoint, _):
            let statuses = documented.statuses(of: endpoint.method.rawValue, endpoint.template)
            #expect(
                statuses.contains(answer.status),
                "\(answer.status) is not documented for \(endpoint.method.rawValue) \(endpoint.template)")
        case .document, .notFound, .methodNotAllowed, .unreadable, .targetTooLong: break
        }
        if answer.status >= 400 {
            #expect(answer.code != nil && answer.json["error"]?["message"]?.string?.isEmpty == false)
            #expect(answer.headers.first(name: "Content-Type") == "application/json")
        }
    }
}

/// Paths, methods and statuses of the OpenAPI document, read by its indentation: two blanks a level.
struct OpenAPIOutline: Sendable {
    /// By `METHOD path`.
    private(set) var calls: [String: Set<Int>] = [:]
    private(set) var operations: [String: String] = [:]

    init(_ text: String) {
        var path = ""
        var call = ""
        var isInPaths = false
        for line in text.split(separator: "\n") {
            let indentation = line.prefix { $0 == " " }.count
            let word = line.trimmingPrefix { $0 == " " }
            switch indentation {
            case 0: isInPaths = word == "paths:"
            case 2 where isInPaths: path = String(word.dropLast())
            case 4 where isInPaths:
                call = "\(word.dropLast().uppercased()) \(path)"
                calls[call] = []
            case 6 where isInPaths && word.hasPrefix("operationId: "):
                operations[call] = String(word.dropFirst("operationId: ".count))
            case 8 where isInPaths && word.hasPrefix("'"):
                if let status = Int(word.dropFirst().dropLast(2)) { calls[call]?.insert(status) }
            default: break
            }
        }
    }

    func statuses(of method: String, _ template: String) -> Set<Int> { calls["\(method) \(template)"] ?? [] }
}
