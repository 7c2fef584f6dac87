import Cosmo
import PostgreSQL
import Rewards

/// A position the planner looks at, read and locked.
struct DuePosition: Sendable, Hashable {
    let key: PositionKey
    let earnedMicro: Int64
    let clawedBackMicro: Int64
    let issuedMicro: Int64
    let inFlightMicro: Int64
    let unknownMicro: Int64
    let writtenOffMicro: Int64
    /// The refused issuance that blocks it, when one does.
    let blockedBy: String?
    /// Why it is blocked, or was when the planner looked last.
    let blockedReason: String?
}

extension DuePosition {
    /// Whose destination it has.
    var destinationKey: DestinationKey { DestinationKey(cardID: key.cardID, programID: key.programID) }

    /// The position's identity (I-2); nil when its sums do not make one.
    var position: Position? {
        try? Position(
            earnedMicro: earnedMicro, clawedBackMicro: clawedBackMicro, issuedMicro: issuedMicro,
            inFlightMicro: inFlightMicro, unknownMicro: unknownMicro,
            writtenOffMicro: writtenOffMicro)
    }
}
