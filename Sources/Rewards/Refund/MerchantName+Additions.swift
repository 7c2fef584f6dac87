/// What acquirers put before and behind a merchant's name.
extension MerchantName {
    /// The tokens of the merchant, without a payment facilitator before a star or an order's reference behind one; and
    /// what follows such a reference.
    static func withoutIntermediary(_ tokens: [Token]) -> (merchant: [Token], rest: [Token]) {
        var tokens = tokens
        if tokens.count > 1, tokens[0].text == "www" { tokens.removeFirst() }
        while let star = tokens.indices.dropFirst().first(where: { tokens[$0].gap.contains(.star) }),
            facilitators.contains(text(tokens[..<star]))
        {
            // What is behind the star is the merchant, whatever it looks like.
            tokens.removeFirst(star)
        }
        guard let star = tokens.indices.dropFirst().last(where: { tokens[$0].gap.contains(.star) }),
            isReference(tokens[star], isLast: star == tokens.count - 1)
        else { return (tokens, []) }
        return (Array(tokens[..<star]), Array(tokens[(star + 1)...]))
    }

    /// The ways to tell a place from the name: none, what follows an order's reference, what follows a shop number that
    /// is marked and has three digits or more, a last column or part with a country or state.
    static func places(_ tokens: [Token], _ rest: [Token]) -> [(words: ArraySlice<Token>, place: String?)] {
        guard rest.isEmpty else { return [(tokens[...], text(rest[...]))] }
        let inside = tokens.indices.dropFirst().dropLast()
        if let number = inside.first(where: { isMarked(tokens, $0) && tokens[$0].text.utf8.count >= 3 }) {
            return [(tokens[...number], text(tokens[(number + 1)...]))]
        }
        guard let cut = placeStart(tokens) else { return [(tokens[...], nil)] }
        return [(tokens[...], nil), (tokens[..<cut], text(tokens[cut...]))]
    }

    /// Where a place begins, in a name that ends in a country or state: behind the first backslash; at the last column
    /// or part, with the one before it when there is nothing but the country in it.
    private static func placeStart(_ tokens: [Token]) -> Int? {
        let starts = tokens.indices.dropFirst().filter { !tokens[$0].gap.isDisjoint(with: .ofPlaces) }
        guard let last = starts.last, let end = tokens.last, regions.contains(end.text) else { return nil }
        if let first = starts.first(where: { tokens[$0].gap.contains(.backslash) }) { return first }
        if last < tokens.count - 1 { return last }
        if starts.count > 1 { return starts[starts.count - 2] }
        return legalForms.contains(end.text) ? nil : last
    }

    /// The readings of a name that may end in a shop's number.
    static func withoutNumbers(_ tokens: ArraySlice<Token>, _ place: String?) -> [Reading] {
        var tokens = tokens
        var readings: [Reading] = []
        while let last = tokens.last, tokens.dropLast().contains(where: isName) {
            let isNamed = isShopNumber(last, behind: tokens[tokens.endIndex - 2])
            guard isNamed || isMarked(Array(tokens), tokens.count - 1) || isLong(last) else { break }
            tokens.removeLast()
            guard isNamed else { continue }
            // The word may be the shop's, as in STORE 0042, or the merchant's, as in a name that ends in Store.
            readings.append(Reading(words: text(tokens), place: place))
            tokens.removeLast()
        }
        if tokens.count > 1, let last = tokens.last, last.isNumber, last.text.utf8.count == 3 {
            readings.append(Reading(words: text(tokens.dropLast()), place: place, number: last.text))
        }
        return readings + [Reading(words: text(tokens), place: place)]
    }

    /// A word that says who somebody is: without one nothing is left of a name.
    private static func isName(_ token: Token) -> Bool {
        token.hasLetter && !shopWords.contains(token.text) && !numberWords.contains(token.text)
    }

    /// Behind a star: a single code with a digit, or a long one of letters and digits before other words.
    private static func isReference(_ token: Token, isLast: Bool) -> Bool {
        token.hasDigit && (isLast || token.hasLetter && token.text.utf8.count >= 6)
    }

    /// A number behind a # or behind a word for a shop.
    private static func isMarked(_ tokens: [Token], _ index: Int) -> Bool {
        guard tokens[index].hasDigit else { return false }
        return tokens[index].gap.contains(.hash)
            || index > 0 && isShopNumber(tokens[index], behind: tokens[index - 1])
    }

    private static func isShopNumber(_ token: Token, behind word: Token) -> Bool {
        guard token.isNumber else { return false }
        return shopWords.contains(word.text) || token.text.utf8.count >= 3 && numberWords.contains(word.text)
    }

    /// Four digits or more, also with a letter before them, or three that begin with a zero: no part of a name.
    private static func isLong(_ token: Token) -> Bool {
        let digits = token.text.utf8.drop { (0x61...0x7A).contains($0) }
        guard token.text.utf8.count - digits.count <= 1, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return false
        }
        return digits.count >= 4 || digits.count == 3 && digits.first == 0x30
    }
}
