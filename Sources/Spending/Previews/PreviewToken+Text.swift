import Cryptography
import PostgreSQL
import Rewards

extension PreviewToken {
    /// The longest token that is looked into; sixteen programs need a third of it.
    static let textBytesMax = 16_384
    /// The version of the form; a change of the form is a new one, and tokens of an old one are refused as damaged.
    private static let form = "v1."
    private static let checksumByteCount = 8

    /// The token as callers carry it: the version, then canonical JSON with the start of its SHA-256, in base64url.
    var text: String {
        let content = document.canonicalBytes
        let bytes = content + SHA256.digest(content).prefix(Self.checksumByteCount)
        return Self.form + Self.urlText(bytes)
    }

    /// Reads a token; nil for any text that is not byte for byte one that ``text`` gave.
    init?(text: String) {
        guard text.utf8.count <= Self.textBytesMax, text.hasPrefix(Self.form),
            let bytes = Self.bytes(urlText: text.dropFirst(Self.form.count)), bytes.count > Self.checksumByteCount
        else { return nil }
        let content = Array(bytes.dropLast(Self.checksumByteCount))
        guard
            SHA256.digest(content).prefix(Self.checksumByteCount).elementsEqual(
                bytes.suffix(Self.checksumByteCount)),
            let document = try? JSONValue(parsing: content), let token = Self(document),
            token.document.canonicalBytes == content
        else { return nil }
        self = token
    }

    private static func urlText(_ bytes: [UInt8]) -> String {
        let text = Base64.encode(bytes, padding: false).utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(urlText text: Substring) -> [UInt8]? {
        var standard: [UInt8] = []
        standard.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: standard.append(byte)
            }
        }
        return Base64.decode(utf8: standard)
    }
}

extension PreviewToken {
    private var document: JSONValue {
        var members: [JSONObject.Member] = [
            .init("attribution", .string(attribution.rawValue)),
            .init("before", .number(String(runningTotalBefore))),
            .init("content", .string(Hexadecimal.encode(contentHash))),
            .init("decision", .string(Hexadecimal.encode(decisionDigest))),
            .init("expires", .number(String(expiresAt.microsecondsSinceEpoch))),
            .init("legs", .array(legs.map(\.document))),
            .init("occurred", .number(String(occurredAtMicros))),
            .init("version", .number(String(preferenceVersion))),
            .init("weights", .string(weights)),
        ]
        if let ownProgramID { members.append(.init("ownProgram", .string(ownProgramID))) }
        return JSONObject(members).map(JSONValue.object) ?? .null
    }

    private init?(_ document: JSONValue) {
        guard let attribution = document["attribution"]?.string.flatMap(Attribution.init),
            let before = document["before"]?.int64,
            let content = document["content"]?.string.flatMap({ Hexadecimal.decodeLowercase($0) }),
            let decision = document["decision"]?.string.flatMap({ Hexadecimal.decodeLowercase($0) }),
            let expires = document["expires"]?.int64, let legs = document["legs"]?.array,
            let occurred = document["occurred"]?.int64,
            TimeRule.representable.contains(occurred),
            let version = document["version"]?.int64, let weights = document["weights"]?.string
        else { return nil }
        let pins = legs.compactMap(LegPin.init(document:))
        guard pins.count == legs.count else { return nil }
        self.init(
            contentHash: content, occurredAtMicros: occurred,
            expiresAt: PostgresTimestamp(microsecondsSinceEpoch: expires), attribution: attribution,
            preferenceVersion: version, weights: weights, runningTotalBefore: before,
            ownProgramID: document["ownProgram"]?.string, legs: pins, decisionDigest: decision)
    }
}

extension PreviewToken.LegPin {
    fileprivate var document: JSONValue {
        var members = [JSONObject.Member("program", .string(programID))]
        if let plugin {
            members.append(.init("configuration", .number(String(plugin.configurationVersion))))
            members.append(.init("digest", .string(plugin.digest)))
            members.append(.init("plugin", .string(plugin.plugin)))
        }
        if let periodTotals {
            members.append(.init("accepted", .number(String(periodTotals.acceptedMinor))))
            members.append(.init("earned", .number(String(periodTotals.earnedMicro))))
        }
        return JSONObject(members).map(JSONValue.object) ?? .null
    }

    fileprivate init?(document: JSONValue) {
        guard let programID = document["program"]?.string else { return nil }
        var plugin: PluginIdentity?
        if let name = document["plugin"]?.string, let digest = document["digest"]?.string,
            let configuration = document["configuration"]?.int64
        {
            plugin = PluginIdentity(plugin: name, digest: digest, configurationVersion: configuration)
        }
        var totals: PeriodTotals?
        if let accepted = document["accepted"]?.int64, let earned = document["earned"]?.int64 {
            totals = PeriodTotals(acceptedMinor: accepted, earnedMicro: earned)
        }
        self.init(programID: programID, plugin: plugin, periodTotals: totals)
    }
}
