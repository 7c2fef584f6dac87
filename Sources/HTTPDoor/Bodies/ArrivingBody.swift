import NIOCore

/// A body that was asked for and is arriving: what it has brought, and whether it is still worth waiting for.
struct ArrivingBody {
    private let asked: BodyAsked
    private let share: BodyBudget.Share
    private let since: NIODeadline
    private var lastPieceAt: NIODeadline
    private var bytes: [UInt8] = []

    init(_ asked: BodyAsked, _ share: BodyBudget.Share, now: NIODeadline) {
        self.asked = asked
        self.share = share
        since = now
        lastPieceAt = now
    }

    /// Takes a piece; returns why the body is refused, or nil.
    mutating func append(_ piece: ByteBuffer, now: NIODeadline) -> BodyReading.Refusal? {
        guard bytes.count + piece.readableBytes <= asked.bytesMax else { return .tooLarge }
        guard share.grow(by: piece.readableBytes) else { return .overloaded }
        bytes.append(contentsOf: piece.readableBytesView)
        lastPieceAt = now
        return nil
    }

    /// Whether the sender is too slow: in total, in one pause, or on average.
    func isTooSlow(_ limits: HTTPConnectionLimits, now: NIODeadline) -> Bool {
        let elapsed = now - since
        let silence = TimeAmount(limits.bodySilenceMax)
        guard elapsed < TimeAmount(limits.bodyTimeout), now - lastPieceAt < silence else { return true }
        guard elapsed >= silence else { return false }
        let seconds = Int(elapsed.nanoseconds / 1_000_000_000)
        return bytes.count < seconds * limits.bodyBytesPerSecondMin
    }

    /// How long until it is worth looking at the clock again.
    static func lookAgain(_ limits: HTTPConnectionLimits) -> Duration {
        min(.seconds(1), min(limits.bodyTimeout, limits.bodySilenceMax) / 4)
    }

    func succeed() {
        share.settle()
        asked.body.succeed(bytes)
    }

    func fail(_ refusal: BodyReading.Refusal) {
        share.release()
        asked.body.fail(refusal)
    }
}
