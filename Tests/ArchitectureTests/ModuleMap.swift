/// What the rules make of Package.swift: which module may import which.
enum ModuleMap {
    /// What any module but the pure ones may import beside what Package.swift names.
    static let everywhere: Set<String> = [
        "Foundation", "FoundationEssentials", "FoundationXML", "Synchronization", "Glibc", "Musl", "Dispatch",
    ]

    /// Modules that compute and touch nothing: the standard library, with its locks, is all they get.
    static let pure: Set<String> = ["Rewards", "AllocationPlugin", "AllocationPlugins"]

    /// The rooms of the business; none may know another.
    static let rooms: Set<String> = [
        "Access", "Programs", "Inbox", "Preferences", "Spending", "Issuance", "Audit", "Wallet",
    ]

    /// Where the network begins, which the rooms of the business leave to others.
    static let network: Set<String> = [
        "NIOCore", "NIOPosix", "NIOTLS", "NIOHTTP1", "HTTPTypes", "Hummingbird", "HummingbirdCore",
        "OutgoingHTTP",
    ]

    /// The targets of Package.swift, from the foundation to the roof.
    static var rows: [PackageManifest.Target] { PackageManifest.current.targets }

    /// What a module may import, or nil when Package.swift does not name the module.
    static func allowed(for module: String) -> Set<String>? {
        guard let row = rows.first(where: { $0.name == module }) else { return nil }
        let standard: Set<String> = pure.contains(module) ? ["Synchronization"] : everywhere
        return row.dependencies.union(standard)
    }
}
