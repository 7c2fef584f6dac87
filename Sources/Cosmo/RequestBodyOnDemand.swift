import NIOCore
import Synchronization

/// A request body that knows whether it was ever asked for.
///
/// The HTTP client asks for the body only once there is a connection and the head may go out. A POST whose body was never
/// asked for cannot have been carried out, which is what separates `notSent` from `unknown` (I-6) without guessing from
/// the kind of transport error.
final class RequestBodyOnDemand: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let bytes: [UInt8]
    private let asked = Mutex(false)

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether any byte may have left.
    var mayHaveLeft: Bool { asked.withLock { $0 } }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        let body: RequestBodyOnDemand
        var isDone = false

        mutating func next() async -> ByteBuffer? {
            guard !isDone else { return nil }
            isDone = true
            body.asked.withLock { $0 = true }
            return ByteBuffer(bytes: body.bytes)
        }
    }
}
