import ArgumentParser
import Foundation
import Logging
import MultibrandServer
import RPC
import SwiftProtobuf
import TLS

/// A connection to a running service, and what was said about printing.
struct AdminConnection: Sendable {
    let client: RPCClient
    let timeout: Duration
    let json: Bool

    /// Makes one call: `Service/Method` of `multibrand.v1`.
    func call<Request: Message, Response: Message>(
        _ method: String, _ request: Request, answering: Response.Type = Response.self
    ) async throws -> Response {
        try await client.unary("/multibrand.v1.\(method)", request, timeout: timeout)
    }

    /// Prints that there is nothing to show: `null` when JSON was asked for, otherwise the text.
    func showNothing(_ text: String) { print(json ? "null" : text) }

    /// Prints an answer: as JSON with every field in it when that was asked for, otherwise the text.
    func show(_ message: some Message, _ text: () -> String) throws {
        guard json else {
            print(text())
            return
        }
        print(try WholeJSON.text(message))
    }
}
