import Cryptography
import Foundation

/// Where in a file an import is to go on.
struct ImportPosition: Codable, Equatable {
    static let beginning = ImportPosition(offset: 0, line: 1, header: nil)

    let offset: Int64
    let line: Int
    let header: [String]?
    /// Blank lines before the position.
    var blankLines: Int64 = 0
    /// Lines before the position that belong to a record which began on an earlier line.
    var continuationLines: Int64 = 0
}
