public import Rewards

/// A plugin that asks for the first minor units of a spend, before the rest is apportioned.
///
/// A fixed part is carved out ahead of the split and is no candidate for leftovers: neither the card's running total
/// nor the other programs' shares of the rest know of it. The program still has its share of the rest, and
/// ``allocate(_:)`` is asked about both together. When several programs of a card ask, they are served in the order of
/// their ids, each with what is left of the spend at most.
///
/// The answer about a spend is pinned with its decision, so that a refund asks nothing: it takes what was apportioned
/// first and the fixed parts last, as if the spend had been the smaller one from the start (I-4).
///
/// **What an answer must satisfy** It is zero or more, and the same for the same question. More than the spend means
/// all of it. It is pure, as ``allocate(_:)`` is.
/// **Errors** A throw parks the leg with the error's reason, and the program has no fixed part of that spend.
public protocol FixedPartPlugin: AllocationPlugin {
    /// How much of a whole purchase the program wants ahead of the split, in minor units; zero for nothing.
    func fixedMinor(_ purchase: Purchase) throws(AllocationError) -> Int64
}
