package import Cosmo
package import Rewards

/// A card's reward preference: which programs, to which accounts, in which shares.
///
/// **Guarantees**: a pure function of the pairs and the allocations (I-8). At most 16 links take part; a card that
/// Cosmo linked to more keeps the sixteen linked longest, and the others wait for one to leave.
package struct PreferenceState: Sendable, Hashable {
    /// One program in force.
    package struct Link: Sendable, Hashable {
        /// The program.
        package let programID: String
        /// Where its points go.
        package let account: CosmoAccount
        /// Its share is this over the sum of all parts; 1 to 10,000.
        package let parts: Int

        /// Makes a link.
        package init(programID: String, account: CosmoAccount, parts: Int) {
            self.programID = programID
            self.account = account
            self.parts = parts
        }
    }

    /// One program that is linked, with the parts it may have.
    package struct Candidate: Sendable, Hashable {
        /// The program.
        package let programID: String
        /// Where its points go.
        package let account: CosmoAccount
        /// When it was linked as it is, microseconds since 1970.
        package let stampMicros: Int64
        /// The parts the deciding event gives it.
        package let eventParts: Int?
        /// The parts the platform allocated to it.
        package let allocatedParts: Int?

        /// Makes a candidate.
        package init(
            programID: String, account: CosmoAccount, stampMicros: Int64, eventParts: Int?, allocatedParts: Int?
        ) {
            self.programID = programID
            self.account = account
            self.stampMicros = stampMicros
            self.eventParts = eventParts
            self.allocatedParts = allocatedParts
        }

        /// Event parts win: they are the cardholder's own, newer word.
        var ownParts: Int? { eventParts ?? allocatedParts }
    }

    /// The links in force, in the order of their programs' bytes.
    package let links: [Link]
    /// The weight vector of `links`.
    package let weights: WeightVector
    /// Linked programs beyond the sixteenth.
    package let waiting: [String]
    /// Whether the parts were too fine for a vector and were brought to at most 10,000 in all.
    package let isScaled: Bool

    /// No links.
    package static let empty = PreferenceState(candidates: [])

    /// Makes the preference from the linked programs, in any order.
    ///
    /// A link without parts of its own weighs as much as the average of those that have, rounded half up: a newcomer
    /// gets an equal share and the others keep their proportions. Parts that sum to more than 10,000 in lowest terms,
    /// which only events can bring about, are scaled down, each to at least 1.
    package init(candidates: [Candidate]) {
        let oldestFirst = candidates.sorted { ($0.stampMicros, $0.programID) < ($1.stampMicros, $1.programID) }
        let taken = oldestFirst.prefix(WeightVector.programCountMax)
            .sorted { $0.programID.utf8.lexicographicallyPrecedes($1.programID.utf8) }
        waiting = oldestFirst.dropFirst(WeightVector.programCountMax).map(\.programID)
        let newcomerParts = Self.averageParts(of: taken)
        var links = taken.map {
            Link(programID: $0.programID, account: $0.account, parts: $0.ownParts ?? newcomerParts)
        }
        if let weights = try? WeightVector(links.map { ($0.programID, $0.parts) }) {
            self.weights = weights
            isScaled = false
        } else {
            let sum = links.reduce(0) { $0 + $1.parts }
            let room = WeightVector.partsSumMax - WeightVector.programCountMax
            links = links.map {
                Link(programID: $0.programID, account: $0.account, parts: max(1, $0.parts * room / sum))
            }
            // Ids and counts were checked when the events came in, so this cannot fail.
            weights = (try? WeightVector(links.map { ($0.programID, $0.parts) })) ?? .empty
            isScaled = true
        }
        self.links = links
    }

    /// What a link without parts of its own weighs beside these.
    private static func averageParts(of candidates: [Candidate]) -> Int {
        let own = candidates.compactMap(\.ownParts)
        guard !own.isEmpty else { return 1 }
        return max(1, (2 * own.reduce(0, +) + own.count) / (2 * own.count))
    }
}
