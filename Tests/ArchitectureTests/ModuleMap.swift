/// Which module may import which: the house from its foundation to its roof.
///
/// Every row may import modules of earlier rows only, so that the table cannot hold a circle. `foreign` names modules of
/// other packages beyond ``everywhere``.
enum ModuleMap {
    struct Row {
        let name: String
        let own: Set<String>
        let foreign: Set<String>

        init(_ name: String, _ own: Set<String> = [], foreign: Set<String> = []) {
            self.name = name
            self.own = own
            self.foreign = foreign
        }
    }

    /// What any module but the pure ones may import.
    static let everywhere: Set<String> = [
        "Foundation", "FoundationEssentials", "Synchronization", "Glibc", "Musl", "Dispatch", "Logging", "Metrics",
        "CoreMetrics",
    ]

    /// Modules that compute and touch nothing: the standard library, with its locks, is all they get.
    static let pure: Set<String> = ["Rewards", "AllocationPlugin", "AllocationPlugins"]

    /// The rooms of the business; none may know another.
    static let rooms: Set<String> = [
        "Access", "Programs", "Inbox", "Preferences", "Spending", "Issuance", "Audit", "Wallet",
    ]

    private static let sockets: Set<String> = ["NIOCore", "NIOPosix", "NIOTLS", "NIOConcurrencyHelpers"]
    private static let http: Set<String> = [
        "NIOHTTP1", "NIOHTTPTypes", "HTTPTypes", "Hummingbird", "HummingbirdCore", "AsyncHTTPClient",
    ]
    private static let collections: Set<String> = ["Collections", "DequeModule", "OrderedCollections", "HeapModule"]
    private static let composition: Set<String> = ["Configuration", "ServiceLifecycle", "UnixSignals"]

    static let rows: [Row] = [
        Row("CNGHTTP2"),
        Row("COpenSSL"),
        Row("CPostgreSQL"),
        Row("Admission", foreign: sockets),
        Row("Cryptography", ["COpenSSL"]),
        Row("TLS", ["COpenSSL"], foreign: sockets),
        Row("HTTP2", ["CNGHTTP2"], foreign: sockets),
        Row(
            "RPC", ["HTTP2", "TLS", "Cryptography", "Admission"],
            foreign: sockets.union(collections).union(["SwiftProtobuf"])),
        Row("PostgreSQL", ["CPostgreSQL"], foreign: collections),
        Row("PostgreSQLCluster", ["PostgreSQL"]),
        Row("Rewards"),
        Row("AllocationPlugin", ["Rewards"]),
        Row("AllocationPluginTesting", ["AllocationPlugin", "Rewards"]),
        Row("AllocationPlugins", ["AllocationPlugin", "Rewards"]),
        Row("PluginRuntime", ["AllocationPlugin", "Rewards", "Cryptography"]),
        Row("OrderlyStop", foreign: ["ServiceLifecycle"]),
        Row("HTTPDoor", ["OrderlyStop", "TLS", "Admission"], foreign: sockets.union(http)),
        Row("Cosmo", ["Rewards", "Cryptography"], foreign: sockets.union(http)),
        Row(
            "CosmoSandbox", ["Cryptography", "OrderlyStop", "HTTPDoor", "Admission"],
            foreign: sockets.union(http).union(["ServiceLifecycle"])),
        Row("OperatorRecord", ["PostgreSQL"]),
        Row("Access", ["Rewards", "OperatorRecord", "PostgreSQL", "Cryptography"]),
        Row(
            "Programs",
            [
                "Rewards", "AllocationPlugin", "AllocationPluginTesting", "PluginRuntime", "OperatorRecord",
                "PostgreSQL", "Cosmo",
            ]),
        Row("Inbox", ["Rewards", "OperatorRecord", "PostgreSQL", "Cryptography"]),
        Row("Preferences", ["Rewards", "OperatorRecord", "PostgreSQL", "Cosmo", "Cryptography"]),
        Row(
            "Spending",
            ["Rewards", "PluginRuntime", "AllocationPlugin", "OperatorRecord", "PostgreSQL", "Cryptography"],
            foreign: collections),
        Row("Issuance", ["Rewards", "OperatorRecord", "PostgreSQL", "Cosmo", "Cryptography"]),
        Row("Wallet", ["Rewards", "OperatorRecord", "PostgreSQL", "Cryptography"]),
        Row("Audit", ["PostgreSQL"]),
        Row("MultibrandAPI", foreign: ["SwiftProtobuf"]),
        Row(
            "MultibrandRPC",
            rooms.subtracting(["Audit"]).union([
                "MultibrandAPI", "RPC", "Admission", "Rewards", "OperatorRecord", "Cosmo", "PluginRuntime",
                "PostgreSQL",
                "Cryptography",
            ]),
            foreign: collections.union(["SwiftProtobuf"])),
        Row(
            "WebhookHTTP", ["Rewards", "Inbox", "HTTPDoor", "Admission", "TLS", "Cryptography"],
            foreign: sockets.union(http)),
        Row(
            "WalletHTTP", ["Wallet", "Rewards", "PostgreSQL", "HTTPDoor", "Admission", "TLS", "Cryptography"],
            foreign: sockets.union(http)),
        Row("PrometheusText"),
        Row("Wiring", rooms.subtracting(["Audit"]).union(["Cosmo", "PluginRuntime", "PostgreSQL", "Rewards"])),
        Row(
            "MultibrandServer",
            rooms.union([
                "Wiring", "MultibrandAPI", "MultibrandRPC", "WebhookHTTP", "WalletHTTP", "HTTPDoor", "Admission", "RPC",
                "TLS", "Cosmo", "PluginRuntime",
                "AllocationPlugin",
                "AllocationPlugins", "PostgreSQL", "PrometheusText", "Rewards", "Cryptography",
            ]),
            foreign: sockets.union(http).union(composition).union(["SwiftProtobuf"])),
        Row(
            "multibrand",
            [
                "MultibrandServer", "MultibrandAPI", "CosmoSandbox", "PostgreSQLCluster", "PostgreSQL",
                "PrometheusText",
                "RPC", "TLS", "Admission",
                "Audit", "Spending", "Cosmo", "Rewards", "Cryptography", "AllocationPlugins", "AllocationPluginTesting",
                "PluginRuntime",
            ],
            foreign: sockets.union(composition).union([
                "ArgumentParser", "SwiftProtobuf", "AsyncHTTPClient", "NIOHTTP1",
            ])),
    ]

    /// What a module may import, or nil when the table does not know the module.
    static func allowed(for module: String) -> Set<String>? {
        guard let row = rows.first(where: { $0.name == module }) else { return nil }
        let standard: Set<String> = pure.contains(module) ? ["Synchronization"] : everywhere
        return row.own.union(row.foreign).union(standard)
    }
}
