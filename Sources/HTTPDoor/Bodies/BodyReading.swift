import NIOCore

/// A body read whole, within its limits.
package enum BodyReading {
    /// Why a body was not read.
    package enum Refusal: Error, Sendable {
        /// It is larger than allowed, or says so.
        case tooLarge
        /// It did not arrive in time, paused for too long, or dripped.
        case tooSlow
        /// It gave way because this process holds as many bodies as it may.
        case overloaded
        /// Its chunks or trailers are not what RFC 9112 section 7.1 allows.
        case malformed
        /// The client hung up before the end of it; nobody reads the answer.
        case hungUp
    }

    /// Reads the body of the request that is being answered; call it once, and only for a request that deserves it.
    ///
    /// Nothing of a body is read before this is called. A body that says it is larger is refused before any of it is
    /// read.
    /// **Errors** ``Refusal``.
    package static func read(_ context: HTTPDoorContext, bytesMax: Int) async throws(Refusal) -> [UInt8] {
        try await read(context.channel, bytesMax: bytesMax)
    }

    static func read(_ channel: any Channel, bytesMax: Int) async throws(Refusal) -> [UInt8] {
        let body = channel.eventLoop.makePromise(of: [UInt8].self)
        channel.triggerUserOutboundEvent(BodyAsked(bytesMax: bytesMax, body: body))
            .whenFailure { _ in body.fail(Refusal.hungUp) }
        do {
            return try await body.futureResult.get()
        } catch {
            throw error as? Refusal ?? .hungUp
        }
    }
}
