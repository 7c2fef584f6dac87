/// The coverage identity as a table: for each UTC day and currency, what was spent and where all of it is (N13).
package struct VerifyCoverage: Sendable, Hashable, Codable {
    /// One day in one currency, over every card that was looked at. Amounts are in minor units.
    package struct Line: Sendable, Hashable, Codable {
        /// The UTC day of the purchases, such as `2026-11-21`.
        package let day: String
        /// ISO 4217.
        package let currencyCode: String
        /// How many cards spent on that day.
        package internal(set) var cards: Int64 = 0
        /// What was cleared.
        package internal(set) var spentMinor: Int128 = 0
        /// What is with each program, net of what refunds took back.
        package internal(set) var programs: [String: Int128] = [:]
        /// What earns nothing for good, net of refunds.
        package internal(set) var excludedMinor: Int128 = 0
        /// What waits for a link, net of refunds.
        package internal(set) var heldMinor: Int128 = 0
        /// What refunds have taken back, of the spends of that day.
        package internal(set) var clawedBackMinor: Int128 = 0

        /// What is nowhere; zero in sound books.
        package var remainderMinor: Int128 {
            spentMinor - programs.values.reduce(0, +) - excludedMinor - heldMinor - clawedBackMinor
        }

        mutating func add(_ other: Line) {
            cards += other.cards
            spentMinor += other.spentMinor
            programs.merge(other.programs, uniquingKeysWith: +)
            excludedMinor += other.excludedMinor
            heldMinor += other.heldMinor
            clawedBackMinor += other.clawedBackMinor
        }
    }

    /// The days in order, each with its currencies in order.
    package let lines: [Line]

    /// Puts parts of a table together.
    init(parts: [Line]) {
        var lines: [String: Line] = [:]
        for part in parts {
            let empty = Line(day: part.day, currencyCode: part.currencyCode)
            lines["\(part.day) \(part.currencyCode)", default: empty].add(part)
        }
        self.lines = lines.sorted { $0.key < $1.key }.map(\.value)
    }
}
