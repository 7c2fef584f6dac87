/// Failures in a row of one thing, so that its outage is logged once when it begins and once when it ends.
struct OutageStreak {
    private var isOut = false

    /// Notes a failure; returns whether the outage begins with it.
    mutating func failed() -> Bool {
        defer { isOut = true }
        return !isOut
    }

    /// Notes a success; returns whether an outage ends with it.
    mutating func succeeded() -> Bool {
        defer { isOut = false }
        return isOut
    }
}
