/// What one (card, program) has earned and where it is, in millionths (I-2).
///
/// **Guarantees** earned − clawed back + written off = issued + in flight + unknown + pending − debt; pending and debt
/// are never both above zero and never negative.
public struct Position: Sendable, Hashable {
    /// Nothing at all.
    public static let zero = Position()

    /// The most that one position may ever earn, in millionths: 2^60, more than a trillion points.
    ///
    /// An earning that would exceed it is refused, so no later sum can overflow. At most what was earned is clawed
    /// back, and at most what was earned is issued, in flight or unknown. The one exception is an issuance that Cosmo
    /// refused and then made all the same. So every sum of a position's buckets, in Swift and in SQL, is within 2^61,
    /// which leaves room for six more positions of the largest size from that exception.
    public static let earnedMicroMax: Int64 = 1 << 60

    /// Whether a position that has earned so much may earn more.
    ///
    /// - Parameters:
    ///   - earnedMicro: what it has earned, at least zero.
    ///   - more: what is to be added, at least zero; adding nothing always fits.
    public static func mayEarn(_ more: Int64, on earnedMicro: Int64) -> Bool {
        more <= 0 || more <= earnedMicroMax && earnedMicro <= earnedMicroMax - more
    }

    /// Earned by spends.
    public let earnedMicro: Int64
    /// Taken back by refunds.
    public let clawedBackMicro: Int64
    /// Issued by the program; it cannot be taken back (I-7).
    public let issuedMicro: Int64
    /// In an issuance that has not been answered.
    public let inFlightMicro: Int64
    /// In an issuance whose outcome is not known (I-6).
    public let unknownMicro: Int64
    /// Debt that operators gave up (I-7).
    public let writtenOffMicro: Int64
    /// What may be issued.
    public let pendingMicro: Int64
    /// What must be earned again before anything may be issued.
    public let debtMicro: Int64

    /// Makes a position from its sums.
    ///
    /// **Errors** ``PositionError``.
    public init(
        earnedMicro: Int64, clawedBackMicro: Int64, issuedMicro: Int64, inFlightMicro: Int64, unknownMicro: Int64,
        writtenOffMicro: Int64 = 0
    ) throws(PositionError) {
        let sums = [earnedMicro, clawedBackMicro, issuedMicro, inFlightMicro, unknownMicro, writtenOffMicro]
        guard sums.allSatisfy({ $0 >= 0 }) else { throw .negative }
        let taken = sums[1...4].reduce(Int128(0)) { $0 + Int128($1) }
        let net = Int128(earnedMicro) + Int128(writtenOffMicro) - taken
        guard let debt = Int64(exactly: max(-net, 0)), let pending = Int64(exactly: max(net, 0)) else {
            throw .overflow
        }
        self.earnedMicro = earnedMicro
        self.clawedBackMicro = clawedBackMicro
        self.issuedMicro = issuedMicro
        self.inFlightMicro = inFlightMicro
        self.unknownMicro = unknownMicro
        self.writtenOffMicro = writtenOffMicro
        self.pendingMicro = pending
        self.debtMicro = debt
    }

    private init() {
        earnedMicro = 0
        clawedBackMicro = 0
        issuedMicro = 0
        inFlightMicro = 0
        unknownMicro = 0
        writtenOffMicro = 0
        pendingMicro = 0
        debtMicro = 0
    }
}
