/// What a program accepted from a card and gave for it, summed; wide enough for any sum of 64-bit rows.
struct PeriodSums: Equatable {
    var accepted: Int128 = 0
    var earned: Int128 = 0

    var isZero: Bool { accepted == 0 && earned == 0 }
    var words: String { "\(accepted) accepted, \(earned) earned" }

    static func + (left: PeriodSums, right: PeriodSums) -> PeriodSums {
        PeriodSums(accepted: left.accepted + right.accepted, earned: left.earned + right.earned)
    }

    static func - (left: PeriodSums, right: PeriodSums) -> PeriodSums {
        PeriodSums(accepted: left.accepted - right.accepted, earned: left.earned - right.earned)
    }
}
