import Foundation
import NIOCore
import NIOPosix

/// An address that cannot be listened on.
package struct ListeningError: Error, CustomStringConvertible {
    /// The address, and what names it.
    package let door: ListeningCheck.Door
    /// Why, and what helps.
    package let reason: String

    /// One line for people.
    package var description: String {
        "cannot listen on \(door.host):\(door.port), as \(door.setting) says: \(reason)"
    }
}
