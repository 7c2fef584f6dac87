/// A merchant's name as refunds compare it: what platforms vary and what acquirers add makes no difference.
///
/// The rule is in docs/refunds.md. A name has one or more readings, since what is at its end may be an addition or its
/// own; two names are the same merchant's when a reading of one agrees with a reading of the other.
///
/// **Guarantees** A pure function of the text. Comparing is symmetric, and a name that says anything is the same as
/// itself. Names that are the same but for case, canonical or compatible forms, white space and punctuation are always
/// the same.
struct MerchantName: Sendable, Hashable {
    /// One way to read the name.
    struct Reading: Sendable, Hashable {
        /// The words of the merchant, folded, with one space between; compared by canonical equivalence.
        let words: String
        /// What follows them and may be where the shop is.
        var place: String?
        /// Three digits at the end, which may be a shop's number or a part of the name.
        var number: String?

        /// The same words, and no place or number that both have and that differs.
        func agrees(with other: Reading) -> Bool {
            words == other.words && Self.agrees(place, other.place) && Self.agrees(number, other.number)
        }

        private static func agrees(_ left: String?, _ right: String?) -> Bool {
            left == nil || right == nil || left == right
        }
    }

    /// The readings, the plainest first; empty when the name says nothing.
    let readings: [Reading]

    var isEmpty: Bool { readings.isEmpty }

    init(_ text: String) {
        let folded = Self.folded(text)
        let tokens = Self.tokens(folded)
        guard !tokens.isEmpty else {
            // Without a letter or a digit the signs are the name.
            let signs = String(String.UnicodeScalarView(folded.filter { $0 != " " }))
            readings = signs.isEmpty ? [] : [Reading(words: signs)]
            return
        }
        var found = [Reading(words: Self.text(tokens[...]))]
        let (merchant, rest) = Self.withoutIntermediary(tokens)
        for (words, place) in Self.places(merchant, rest) {
            for reading in Self.withoutNumbers(words, place) where !found.contains(reading) { found.append(reading) }
        }
        readings = found
    }

    func isSameMerchant(as other: MerchantName) -> Bool {
        readings.contains { reading in other.readings.contains(where: reading.agrees) }
    }
}
