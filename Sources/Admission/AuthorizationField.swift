/// What a request's `authorization` field says (RFC 9110 section 11.4): a scheme and a token68.
///
/// Every door reads the field with this parser, so that a form one door takes is not refused by another.
///
/// - The scheme is compared without regard to case.
/// - One or more spaces separate scheme and token; a tab does not. Spaces and tabs around the whole are not part of it.
/// - The token has the characters of token68: letters, digits, `-._~+/`, then any number of `=`.
/// - A request has one such field. Two are a fault even when they are equal, since a proxy in front may have read the
///   other.
package struct AuthorizationField: Sendable, Hashable {
    /// The scheme in lower case, such as `bearer`.
    package let scheme: String
    /// What follows it; a secret.
    package let token: String

    /// What is wrong with a request's `authorization`.
    package enum Fault: String, Error, Sendable, CaseIterable {
        /// There is none.
        case missing
        /// There is more than one.
        case several
        /// It is not a scheme, spaces and a token68.
        case malformed
        /// It is well formed and has another scheme than the one asked for.
        case otherScheme

        /// The fault in words that say what to send; no part of the field is in them.
        ///
        /// - Parameter scheme: The scheme the door takes, as it is written, such as `Bearer`.
        package func words(scheme: String) -> String {
            switch self {
            case .missing: "there is no authorization field: send `authorization: \(scheme) ...`"
            case .several: "there is more than one authorization field: send one"
            case .malformed:
                "the authorization field is malformed: send \(scheme), a space, and letters, digits or -._~+/="
            case .otherScheme: "the authorization field has another scheme: send \(scheme)"
            }
        }
    }

    /// Reads one value of the field.
    ///
    /// **Errors** ``Fault/malformed``.
    package init(_ value: some BidirectionalCollection<UInt8>) throws(Fault) {
        var rest = value[...]
        while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
        while let first = rest.first, Self.isBlank(first) { rest.removeFirst() }
        guard let space = rest.firstIndex(of: UInt8(ascii: " ")) else { throw .malformed }
        let name = rest[..<space]
        let token = rest[space...].drop { $0 == UInt8(ascii: " ") }
        guard !name.isEmpty, name.allSatisfy(Self.isTokenCharacter), Self.isToken68(token) else { throw .malformed }
        scheme = String(decoding: name.map(Self.lowercased), as: UTF8.self)
        self.token = String(decoding: token, as: UTF8.self)
    }

    /// Reads all values of the field that a request has; a request has one.
    ///
    /// **Errors** ``Fault/missing``, ``Fault/several``, ``Fault/malformed``.
    package init(only values: some Collection<String>) throws(Fault) {
        guard let first = values.first else { throw .missing }
        guard values.count == 1 else { throw .several }
        try self.init(first.utf8)
    }

    /// The token when the scheme is the one asked for.
    ///
    /// - Parameter scheme: In lower case.
    /// **Errors** ``Fault/otherScheme``.
    package func token(of scheme: String) throws(Fault) -> String {
        guard self.scheme == scheme else { throw .otherScheme }
        return token
    }

    /// The key of a request that must carry `authorization: Bearer KEY`.
    ///
    /// **Errors** ``Fault``.
    package static func bearerToken(of values: some Collection<String>) throws(Fault) -> String {
        try AuthorizationField(only: values).token(of: "bearer")
    }

    /// Whether a text can be sent as a token: what a configured key must be.
    package static func isToken68(_ text: some Collection<UInt8>) -> Bool {
        let body = text.prefix { isLetterOrDigit($0) || "-._~+/".utf8.contains($0) }
        return !body.isEmpty && text.dropFirst(body.count).allSatisfy { $0 == UInt8(ascii: "=") }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// A character of a token (RFC 9110 section 5.6.2), which a scheme is.
    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension AuthorizationField: CustomStringConvertible, CustomDebugStringConvertible {
    /// The scheme only: tokens must not reach a log by interpolation.
    package var description: String { "\(scheme) …" }
    /// The scheme only.
    package var debugDescription: String { description }
}
