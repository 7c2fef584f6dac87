/// Prints how long each part of a long test took, to find what could be shorter.
struct Phases {
    private let name: String
    private var began = ContinuousClock.now

    init(_ name: String) { self.name = name }

    /// Ends a part and begins the next.
    mutating func end(_ part: String) {
        let now = ContinuousClock.now
        print("\(name): \(part) in \(began.duration(to: now))")
        began = now
    }
}
