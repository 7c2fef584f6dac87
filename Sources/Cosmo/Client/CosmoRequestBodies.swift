import Foundation

/// The request bodies of the contract, in the words of the wire.
enum CosmoRequestBodies {
    struct Issuance: Encodable, Sendable {
        let programId: String
        let value: Int64
        let currency: String
        let destinationAccount: [String: String]
        let referenceNumber: String
        let description: String?
    }

    struct Preview: Encodable, Sendable {
        let programId: String
        let value: Int64
    }

    struct WidgetToken: Encodable, Sendable {
        let clientId: String
        let clientSecret: String
        let sourceUserId: String?
    }

    /// Compact JSON with ordered keys, so that equal requests are equal bytes.
    static func json(_ value: some Encodable, call: CosmoCall) throws(CosmoError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw CosmoError(
                call: call, kind: .refused, reason: .invalidRequest, excerpt: "the request has no JSON form")
        }
    }

    /// The same as text, for audit records; empty when it cannot be written.
    static func text(_ value: some Encodable) -> String {
        let bytes = try? json(value, call: .issuance)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }
}
