/// What a batch of transitions does to one position.
///
/// **Guarantees** A quantity leaves one bucket and enters another, so I-2 holds whatever the transitions were: what is
/// in no bucket is pending or covers a debt.
struct PositionShift: Sendable, Hashable {
    var inFlightMicro: Int64 = 0
    var unknownMicro: Int64 = 0
    var issuedMicro: Int64 = 0
    var blockedReason: String?
    var blockedBy: String?
    var plansPosition = false

    var isNothing: Bool { self == PositionShift() }

    mutating func record(_ transition: IssuanceTransition, from status: IssuanceStatus) {
        let issuance = transition.record
        add(-issuance.quantityMicro, to: status.bucket)
        add(issuance.quantityMicro, to: issuance.status.bucket)
        if let reason = transition.blocksPosition {
            blockedReason = reason
            blockedBy = issuance.referenceNumber
        }
        if transition.plansPosition { plansPosition = true }
    }

    private mutating func add(_ micro: Int64, to bucket: PositionBucket) {
        // One position's quantities sum to at most its earnings, which fit 64 bits, so wrapping sums of a batch that
        // moves them to and fro end where exact ones would.
        switch bucket {
        case .pending: break
        case .inFlight: inFlightMicro &+= micro
        case .unknown: unknownMicro &+= micro
        case .issued: issuedMicro &+= micro
        }
    }
}
