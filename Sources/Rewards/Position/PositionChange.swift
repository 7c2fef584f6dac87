/// What a spend or a refund changes of a position, in millionths of the position's unit.
public enum PositionChange: Sendable, Hashable {
    /// A spend earned so much; not negative.
    case earned(PositionKey, micro: Int64)
    /// A refund takes so much back; below zero, an undone refund gives it back.
    case clawedBack(PositionKey, micro: Int64)

    /// Earnings in the order of their keys, in which every writer of positions takes its locks.
    public static func earned(_ sums: [PositionKey: Int64]) -> [PositionChange] {
        sums.sorted { $0.key < $1.key }.map { .earned($0.key, micro: $0.value) }
    }

    /// Claw-backs in the order of their keys; those of zero are left out.
    public static func clawedBack(_ sums: [PositionKey: Int64]) -> [PositionChange] {
        sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { .clawedBack($0.key, micro: $0.value) }
    }
}
