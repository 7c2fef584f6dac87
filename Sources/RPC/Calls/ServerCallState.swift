/// Where a call is on its way, as the server sees it: events in, what to do out.
struct ServerCallState: Sendable {
    enum Phase: Sendable, Hashable {
        /// Headers come in. Left when they have ended: the call is let in at once, is asked about, or is answered.
        case receivingHeaders
        /// Whether the call may begin is being asked; the body waits. Left when that is known, or by an answer.
        case admitting
        /// The only message of the request comes in. Left when the request has ended, or by an answer.
        case receivingMessage
        /// The handler runs. Left by its answer, a deadline, or the end of the stream.
        case running
        /// The answer's end is queued, or there is nobody to answer; a handler may still run.
        case answered
    }

    /// What to do with bytes of the body.
    enum OnBytes: Hashable {
        /// Keep them until the call is let in.
        case keep
        /// Add them to the only message.
        case addToMessage
        /// Pass them to the handler, message by message.
        case passOn
        /// Nobody wants them.
        case drop
    }

    /// What to do when the request has ended.
    enum OnRequestEnd: Hashable {
        /// Begin the handler with the only message.
        case begin
        /// Answer that the request ended inside a message.
        case failCutOff
        /// Answer that the request has not exactly one message.
        case failCardinality
        /// The handler has had every message; `isCutOff` when the last one is not whole.
        case finishInput(isCutOff: Bool)
        case nothing
    }

    /// How an answer without a message of its own ends the stream.
    enum OnFailure: Hashable {
        /// The headers are out: the status follows as trailers.
        case trailers
        /// The headers are the trailers (gRPC over HTTP/2, Trailers-Only).
        case trailersOnly
    }

    private(set) var phase = Phase.receivingHeaders
    private(set) var headersAreSent = false
    private var hasMessage = false
    private var inputHasFailed = false

    var isAnswered: Bool { phase == .answered }
    /// Whether the client can make the call wait: for its body, or for an answer about its key.
    var waitsForArrival: Bool { phase == .receivingMessage || phase == .admitting }

    // MARK: The request

    var onBytes: OnBytes {
        switch phase {
        case .admitting: .keep
        case .receivingMessage: .addToMessage
        case .running: inputHasFailed ? .drop : .passOn
        case .receivingHeaders, .answered: .drop
        }
    }

    /// Whether the call may begin has to be asked.
    mutating func asks() {
        guard phase == .receivingHeaders else { return }
        phase = .admitting
    }

    /// The call may begin.
    ///
    /// - Parameter isSingle: Whether its request has one message; otherwise the handler begins at once.
    mutating func admitted(isSingle: Bool) {
        guard phase == .receivingHeaders || phase == .admitting else { return }
        if isSingle { phase = .receivingMessage }
    }

    /// A message of a request that has only one is whole; false when it is not the first.
    mutating func messageCame() -> Bool {
        defer { hasMessage = true }
        return !hasMessage
    }

    /// What the peer sends is no message any more, or is too much: the handler has what came before, and the rest is
    /// dropped.
    mutating func inputFailed() { inputHasFailed = true }

    /// The peer has sent everything.
    ///
    /// - Parameter isInsideMessage: Whether a message is not whole.
    func requestEnded(isInsideMessage: Bool) -> OnRequestEnd {
        switch phase {
        case .receivingMessage where isInsideMessage: .failCutOff
        case .receivingMessage: hasMessage ? .begin : .failCardinality
        case .running: .finishInput(isCutOff: isInsideMessage)
        case .receivingHeaders, .admitting, .answered: .nothing
        }
    }

    /// The handler begins; false when the call was answered already.
    mutating func begins() -> Bool {
        guard phase != .answered else { return false }
        phase = .running
        return true
    }

    // MARK: The answer

    /// Headers are about to be sent; false when they were.
    mutating func sendsHeaders() -> Bool {
        defer { headersAreSent = true }
        return !headersAreSent
    }

    /// The call has succeeded.
    mutating func succeeded() { phase = .answered }

    /// The call has failed.
    mutating func failed() -> OnFailure {
        phase = .answered
        return headersAreSent ? .trailers : .trailersOnly
    }

    /// The stream is gone; whether that ends the call without an answer.
    mutating func closed() -> Bool {
        defer { phase = .answered }
        return phase != .answered
    }
}
