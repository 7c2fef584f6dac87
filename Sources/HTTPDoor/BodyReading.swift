import HTTPTypes
public import HummingbirdCore
import NIOCore

/// A body read whole, within its limits.
public enum BodyReading {
    /// Why a body was not read.
    public enum Refusal: Error {
        /// It is larger than allowed, or says so.
        case tooLarge
        /// It did not arrive in time.
        case tooSlow
    }

    /// Reads a body, at most `bytesMax` of it and for at most `timeout`.
    ///
    /// A body that says it is larger is refused before any of it is read. Each piece that arrives checks the clock, and a
    /// peer that sends no more pieces runs into the connection's idle limit.
    /// **Errors** ``Refusal``, and what breaks the connection.
    public static func read(_ request: Request, bytesMax: Int, timeout: Duration) async throws -> [UInt8] {
        if let declared = request.headers[.contentLength].flatMap({ Int($0) }), declared > bytesMax {
            throw Refusal.tooLarge
        }
        let deadline = ContinuousClock.now + timeout
        var body: [UInt8] = []
        for try await piece in request.body {
            guard body.count + piece.readableBytes <= bytesMax else { throw Refusal.tooLarge }
            guard ContinuousClock.now < deadline else { throw Refusal.tooSlow }
            body.append(contentsOf: piece.readableBytesView)
        }
        return body
    }
}
