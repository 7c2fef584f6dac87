import Access

/// The methods of the descriptors and the routes of the door are not the same.
struct UnmatchedRoutes: Error, CustomStringConvertible {
    /// Methods that clients see and nobody serves.
    let unserved: [String]
    /// Methods that are served and in no descriptor.
    let undeclared: [String]

    var description: String {
        "methods without a route: \(unserved); routes without a method: \(undeclared)"
    }
}
