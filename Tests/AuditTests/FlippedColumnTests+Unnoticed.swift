extension FlippedColumnTests {
    /// The columns that may be changed without anything noticing, each with why that moves nothing.
    static let unnoticed: [String: String] = [:]
}
