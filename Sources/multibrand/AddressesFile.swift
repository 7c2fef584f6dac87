import Foundation

/// Where a process listens, for those who started it on free ports.
struct AddressesFile: Codable {
    var rpc: String?
    var http: String
    var process = ProcessInfo.processInfo.processIdentifier

    init(rpc: String? = nil, http: String) {
        self.rpc = rpc
        self.http = http
    }

    /// Written whole or not at all.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
