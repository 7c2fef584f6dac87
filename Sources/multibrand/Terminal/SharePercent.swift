/// Shares in percent with one decimal, as people read them.
enum SharePercent {
    /// One text for each share, such as `14.3`.
    ///
    /// **Guarantees** The texts add up to 100.0 whenever the parts add up to more than zero: each is cut to a tenth,
    /// and the tenths that are left go to the largest remainders, the first of equal ones first.
    static func texts(_ parts: [Int]) -> [String] {
        let total = parts.reduce(0, +)
        guard total > 0 else { return parts.map { _ in "0.0" } }
        var tenths = parts.map { $0 * 1000 / total }
        let left = 1000 - tenths.reduce(0, +)
        let byRemainder = parts.indices.sorted {
            let (first, second) = (parts[$0] * 1000 % total, parts[$1] * 1000 % total)
            return (second, $0) < (first, $1)
        }
        for index in byRemainder.prefix(left) { tenths[index] += 1 }
        return tenths.map { "\($0 / 10).\($0 % 10)" }
    }
}
