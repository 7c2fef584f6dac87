import AsyncHTTPClient
import Cryptography
import Foundation
import NIOCore
import NIOHTTP1

/// What an HTTP call was answered.
struct HTTPAnswer: Sendable {
    let status: Int
    let body: String
    /// The header that says when to come again.
    let retryAfter: String?
}

/// A webhook delivery, signed as Cosmo signs or spoilt on purpose.
struct SignedDelivery: Sendable {
    var body: [UInt8]
    var timestamp: String
    var signature: String

    /// Signs a body at a time given in seconds from now.
    init(_ body: String, secondsFromNow: Int64 = 0, secret: String = Stack.webhookSecret) {
        self.init(body, timestamp: String(Int64(Date().timeIntervalSince1970) + secondsFromNow), secret: secret)
    }

    init(_ body: String, timestamp: String, secret: String = Stack.webhookSecret) {
        self.body = Array(body.utf8)
        self.timestamp = timestamp
        let code = HMACSHA256.authenticationCode(
            for: Array(timestamp.utf8), Array(":".utf8), self.body, key: Array(secret.utf8))
        signature = Hexadecimal.encode(code)
    }
}

extension Stack {
    /// Reads a page of the service's HTTP door.
    func page(_ path: String) async throws -> HTTPAnswer {
        try await send(HTTPClientRequest(url: service.http + path))
    }

    /// Delivers a webhook by hand.
    func deliver(_ delivery: SignedDelivery, to kind: String = "program-connection") async throws -> HTTPAnswer {
        var request = HTTPClientRequest(url: "\(service.http)/webhooks/cosmo/\(kind)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "x-timestamp", value: delivery.timestamp)
        request.headers.add(name: "x-signature", value: delivery.signature)
        request.body = .bytes(ByteBuffer(bytes: delivery.body))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> HTTPAnswer {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 8 << 20)
        return HTTPAnswer(
            status: Int(response.status.code), body: String(buffer: body),
            retryAfter: response.headers.first(name: "retry-after"))
    }
}
