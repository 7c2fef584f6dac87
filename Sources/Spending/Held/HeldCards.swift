import Rewards
import Synchronization
package import Waiting

/// The cards that the worker which releases held money is asked to look at.
///
/// **Concurrency** Safe from any task; adding a card returns at once.
package final class HeldCards: Sendable {
    /// What was asked since the last look.
    private struct Line {
        var cardIDs: Set<ExactText> = []
        var isSweepDue = false
    }

    /// Raised with each card that is added.
    package let signal = Signal()
    private let line = Mutex(Line())

    /// More cards than this are a sweep.
    private static let cardsMax = 10_000

    /// Makes an empty list.
    package init() {}

    /// Says that the preference of a card has changed, or that a spend was held on it.
    package func add(_ cardID: String) {
        line.withLock { line in
            if line.cardIDs.count < Self.cardsMax {
                line.cardIDs.insert(ExactText(cardID))
            } else {
                line.isSweepDue = true
            }
        }
        signal.raise()
    }

    /// Asks for a look at every card; wakes nobody.
    package func askForSweep() { line.withLock { $0.isSweepDue = true } }

    /// Whether every card is to be looked at.
    package var isSweepDue: Bool { line.withLock { $0.isSweepDue } }

    /// Takes what was asked, in no order.
    package func take() -> (cardIDs: [String], isSweepDue: Bool) {
        let taken = line.withLock { line in
            defer { line = Line() }
            return line
        }
        return (taken.cardIDs.map(\.text), taken.isSweepDue)
    }
}
