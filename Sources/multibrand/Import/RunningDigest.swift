import Cryptography
import Foundation

/// A digest that grows with what is read, and can be asked at any time.
///
/// Its calls are not inlined: an optimised build would keep the access of one open over the next, and stop the process
/// ("Simultaneous accesses").
final class RunningDigest {
    private static let pieceBytes = 1 << 20
    private var hash = SHA256()

    @inline(never)
    func update(_ bytes: some Collection<UInt8>) { hash.update(bytes) }

    /// Adds the next bytes of a file.
    ///
    /// - Returns: False when the file has fewer.
    @inline(never)
    func update(from handle: FileHandle, count: Int64) throws -> Bool {
        var rest = count
        while rest > 0 {
            let piece = try handle.read(upToCount: Int(min(rest, Int64(Self.pieceBytes)))) ?? Data()
            guard !piece.isEmpty else { return false }
            hash.update([UInt8](piece))
            rest -= Int64(piece.count)
        }
        return true
    }

    var hexadecimal: String {
        @inline(never) get { Hexadecimal.encode(hash.digestSoFar()) }
    }
}
