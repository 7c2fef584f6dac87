import Cryptography
import Foundation
import OutgoingHTTP

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
        try await send(HTTPCall(url: service.http + path))
    }

    /// Delivers a webhook by hand.
    func deliver(_ delivery: SignedDelivery, to kind: String = "program-connection") async throws -> HTTPAnswer {
        var request = HTTPCall(url: "\(service.http)/webhooks/cosmo/\(kind)")
        request.method = .post
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "x-timestamp", value: delivery.timestamp)
        request.headers.add(name: "x-signature", value: delivery.signature)
        request.body = delivery.body
        return try await send(request)
    }

    private func send(_ request: HTTPCall) async throws -> HTTPAnswer {
        var request = request
        request.answerBody = .read(bytesMax: 8 << 20)
        let response = try await HTTPClient.shared.send(request, within: .seconds(60))
        return HTTPAnswer(
            status: response.status, body: String(decoding: response.body, as: UTF8.self),
            retryAfter: response.headers.first(name: "retry-after"))
    }
}
