/// The failures of one thing: which of them are news, and which success ends an outage.
package struct Outage: Sendable, Hashable {
    /// How many causes of one outage are distinguished.
    package static let causesMax = 16

    private var causes: Set<String> = []

    /// Nothing has failed yet.
    package init() {}

    /// Notes a failure; returns whether an outage begins with it, or has another cause from now on.
    package mutating func failed(cause: String = "") -> Bool {
        guard causes.count < Self.causesMax else { return false }
        return causes.insert(cause).inserted
    }

    /// Notes a success; returns whether an outage ends with it.
    package mutating func succeeded() -> Bool {
        defer { causes = [] }
        return !causes.isEmpty
    }
}
