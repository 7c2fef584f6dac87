/// What a leg earns, in millionths so that nothing is rounded away (I-2).
public enum Earning: Sendable, Hashable {
    /// Points of the program.
    case points(MicroPoints)
    /// Value that the program converts itself, in millionths of a minor unit of the spend's currency.
    case value(microMinor: Int64)

    /// The amount in millionths, whatever its kind.
    public var micro: Int64 {
        switch self {
        case .points(let points): points.micro
        case .value(let microMinor): microMinor
        }
    }

    /// What it is counted in.
    public var unit: RewardUnit {
        switch self {
        case .points: .points
        case .value: .value
        }
    }
}
