import Glibc

/// How many descriptors (files, sockets) the process may have open: RLIMIT_NOFILE.
///
/// Running out of them is worse than being refused something: libdispatch, under Swift's tasks, opens a file of /proc
/// every now and then and ends the process when it cannot. So doors leave a reserve (``ConnectionShares``).
package struct DescriptorLimit: Sendable, Hashable {
    /// What is in force.
    package let soft: Int
    /// What it may be raised to by the process itself.
    package let hard: Int

    /// Takes both numbers.
    package init(soft: Int, hard: Int) {
        self.soft = soft
        self.hard = hard
    }

    /// What is in force now.
    package static var current: DescriptorLimit {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return DescriptorLimit(soft: 1_024, hard: 1_024) }
        return DescriptorLimit(soft: Int(clamping: limit.rlim_cur), hard: Int(clamping: limit.rlim_max))
    }

    /// The most that is asked for: some programs, when they start others, close every descriptor up to the limit one by
    /// one.
    package static let raisedMax = 1 << 20

    /// What ``raise()`` can bring the soft limit to.
    package var raised: Int { max(soft, min(hard, Self.raisedMax)) }

    /// Raises the limit in force to the highest allowed, and returns both: the former and the present one.
    ///
    /// Never fails: what cannot be raised stays.
    package static func raise() -> (before: DescriptorLimit, now: DescriptorLimit) {
        let before = current
        var limit = rlimit(rlim_cur: rlim_t(before.raised), rlim_max: rlim_t(before.hard))
        if before.soft < before.raised { _ = setrlimit(resource, &limit) }
        return (before, current)
    }

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { RLIMIT_NOFILE }
    #endif
}
