import Rewards

/// What makes two deliveries one event (I-8): the pair, the stamp and the content.
struct EventIdentity: Sendable, Hashable {
    let programID: String
    let stampMicros: Int64
    let contentDigest: [UInt8]
    let cardID: ExactText?

    init(programID: String, stampMicros: Int64, contentDigest: [UInt8], cardID: String?) {
        self.programID = programID
        self.stampMicros = stampMicros
        self.contentDigest = contentDigest
        self.cardID = cardID.map(ExactText.init)
    }

    /// The identity that the event's content has, whatever digest is stored with it.
    init(_ event: ConnectionEvent) {
        self.init(
            programID: event.programID, stampMicros: event.stampMicros, contentDigest: event.contentDigest,
            cardID: event.cardID)
    }
}
