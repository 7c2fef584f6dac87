import ArgumentParser
import Foundation
import Logging
import MultibrandServer
import RPC
import SwiftProtobuf
import TLS

/// What `dev` leaves for other commands in the same directory while it runs.
struct StackConnection: Codable {
    static let path = ".multibrand/dev/connection.json"

    let address: String
    let key: String
    let databaseURL: String
    let process: Int32

    /// The connection of a stack that still runs.
    static func load() -> StackConnection? {
        guard let data = FileManager.default.contents(atPath: path),
            let connection = try? JSONDecoder().decode(StackConnection.self, from: data),
            kill(connection.process, 0) == 0
        else { return nil }
        return connection
    }

    /// Readable by its owner alone: it holds a key.
    func save() throws {
        let data = try JSONEncoder().encode(self)
        guard FileManager.default.createFile(atPath: Self.path, contents: data, attributes: [.posixPermissions: 0o600])
        else {
            throw CommandFailure(.failed, "\(Self.path) cannot be written")
        }
    }

    /// Removes the file that this process wrote. One of another stack, which still runs here, stays.
    static func remove() {
        guard load()?.process == ProcessInfo.processInfo.processIdentifier else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
