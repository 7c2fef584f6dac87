import Cosmo
import PostgreSQL

/// A preference as a run of bytes: variable-length integers and length-prefixed text, the card's id left out.
enum PackedPreferences {
    static func encode(_ snapshot: PreferencesSnapshot) -> [UInt8] {
        var writer = Writer()
        writer.integer(snapshot.version)
        writer.integer(snapshot.effectiveAt.microsecondsSinceEpoch)
        writer.integer(Int64(snapshot.links.count))
        for link in snapshot.links {
            writer.text(link.programID)
            writer.integer(Int64(link.parts))
            writer.integer(Int64(link.account.fields.count))
            for (name, value) in link.account.fields.sorted(by: { $0.key < $1.key }) {
                writer.text(shortName[name] ?? name)
                writer.text(value)
            }
            writer.check(link.check)
        }
        return writer.bytes
    }

    static func decode(cardID: String, _ bytes: [UInt8]) -> PreferencesSnapshot? {
        var reader = Reader(bytes: bytes[...])
        guard let version = reader.integer(), let effective = reader.integer(), let count = reader.integer(),
            (0...64).contains(count)
        else { return nil }
        var links: [PreferencesSnapshot.Link] = []
        for _ in 0..<count {
            guard let programID = reader.text(), let parts = reader.integer(), let fieldCount = reader.integer(),
                (0...64).contains(fieldCount)
            else { return nil }
            var fields: [String: String] = [:]
            for _ in 0..<fieldCount {
                guard let name = reader.text(), let value = reader.text() else { return nil }
                fields[longName[name] ?? name] = value
            }
            guard let check = reader.check() else { return nil }
            links.append(
                PreferencesSnapshot.Link(
                    programID: programID, account: CosmoAccount(fields: fields), parts: Int(parts), check: check))
        }
        return PreferencesSnapshot(
            cardID: cardID, version: version, effectiveAt: PostgresTimestamp(microsecondsSinceEpoch: effective),
            links: links)
    }

    /// The two identifiers Cosmo's guide names, by a byte that no field name is made of.
    private static let shortName = [CosmoAccount.userIDField: "\u{1}", CosmoAccount.emailField: "\u{2}"]
    private static let longName = ["\u{1}": CosmoAccount.userIDField, "\u{2}": CosmoAccount.emailField]

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func integer(_ value: Int64) {
            var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: rest))
        }

        mutating func text(_ value: String) {
            integer(Int64(value.utf8.count))
            bytes.append(contentsOf: value.utf8)
        }

        /// 0 for none; else 1 + the validity's place, with a bit each for a wait, a reason and a time, and why it is
        /// held.
        mutating func check(_ check: PreferencesSnapshot.Check?) {
            guard let check else { return integer(0) }
            let place = LinkValidity.allCases.firstIndex(of: check.validity) ?? 0
            let held = check.heldReason.flatMap(HeldReason.allCases.firstIndex(of:)).map { $0 + 1 } ?? 0
            let flags =
                (check.waitsUntil != nil ? 8 : 0) | (check.reason != nil ? 16 : 0) | (check.checkedAt != nil ? 32 : 0)
            integer(Int64(1 + place | flags | held << 6))
            if let reason = check.reason { text(reason) }
            if let checkedAt = check.checkedAt { integer(checkedAt.microsecondsSinceEpoch) }
            if let waitsUntil = check.waitsUntil { integer(waitsUntil.microsecondsSinceEpoch) }
        }
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        mutating func integer() -> Int64? {
            var value: UInt64 = 0
            for shift in stride(from: 0, to: 64, by: 7) {
                guard let byte = bytes.popFirst() else { return nil }
                value |= UInt64(byte & 0x7F) << UInt64(shift)
                if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
            }
            return nil
        }

        mutating func text() -> String? {
            guard let count = integer(), count >= 0, count <= bytes.count else { return nil }
            defer { bytes = bytes.dropFirst(Int(count)) }
            return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
        }

        mutating func check() -> PreferencesSnapshot.Check?? {
            guard let flags = integer() else { return nil }
            if flags == 0 { return .some(nil) }
            let place = Int(flags & 7) - 1
            let held = Int(flags >> 6) - 1
            guard LinkValidity.allCases.indices.contains(place), held < HeldReason.allCases.count else { return nil }
            var reason: String?
            var checkedAt: PostgresTimestamp?
            var waitsUntil: PostgresTimestamp?
            if flags & 16 != 0 {
                guard let text = text() else { return nil }
                reason = text
            }
            if flags & 32 != 0 {
                guard let micros = integer() else { return nil }
                checkedAt = PostgresTimestamp(microsecondsSinceEpoch: micros)
            }
            if flags & 8 != 0 {
                guard let micros = integer() else { return nil }
                waitsUntil = PostgresTimestamp(microsecondsSinceEpoch: micros)
            }
            return PreferencesSnapshot.Check(
                validity: LinkValidity.allCases[place], reason: reason, checkedAt: checkedAt,
                heldReason: held < 0 ? nil : HeldReason.allCases[held], waitsUntil: waitsUntil)
        }
    }
}
