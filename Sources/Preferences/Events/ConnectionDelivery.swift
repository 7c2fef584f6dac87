import Cosmo
import Rewards

/// What a Program Connection delivery says, read by rules that look at nothing but the delivery.
///
/// The inbox worker and a rebuild read with it, so that a delivery says the same whenever and how often it is read
/// (I-8).
struct ConnectionDelivery: Sendable, Hashable {
    /// Whose event it is.
    let sourceUserID: String
    /// The event, not stored yet.
    let event: ConnectionEvent

    /// Why a delivery says nothing that could take effect.
    struct Refusal: Error, Hashable {
        /// In upper snake case.
        let reason: String
    }

    /// Reads a verified delivery.
    init(
        body: [UInt8], stamp: String, inboxID: Int64, paths: ConnectionEventPayload.Paths
    ) throws(Refusal) {
        let payload: ConnectionEventPayload
        do {
            payload = try ConnectionEventPayload(body: body, paths: paths)
        } catch {
            throw Refusal(reason: error.reason.rawValue)
        }
        guard let stampMicros = ApplyConnectionEvent.stampMicros(of: stamp) else {
            throw Refusal(reason: "BAD_STAMP")
        }
        let account = payload.account ?? CosmoAccount()
        guard IdentifierRule.check(payload.sourceUserID), RequestCheck.isProgramID(payload.programID),
            payload.cardID.map({ IdentifierRule.check($0) }) ?? true
        else { throw Refusal(reason: "BAD_IDENTIFIER") }
        guard RequestCheck.isStorable(account) else { throw Refusal(reason: "BAD_ACCOUNT") }
        let kind: ConnectionEvent.Kind
        switch payload.change {
        case .unrecognised: throw Refusal(reason: "UNKNOWN_EVENT_TYPE")
        case .delinked: kind = .delinked
        // A share of nothing is no share: the program leaves the split.
        case .linked: kind = payload.parts == 0 ? .delinked : .linked
        }
        sourceUserID = payload.sourceUserID
        event = ConnectionEvent(
            cardID: payload.cardID, programID: payload.programID, kind: kind, stampMicros: stampMicros,
            account: account, parts: payload.parts == 0 ? nil : payload.parts, inboxID: inboxID)
    }
}
