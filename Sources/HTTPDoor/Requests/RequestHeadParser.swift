import HTTPTypes

/// Reads the head of one request, strictly by RFC 9112: what two readers could read differently is refused.
///
/// **Cost** Each byte is looked at twice, however it drips.
struct RequestHeadParser {
    /// The longest request line; a door may have shorter limits of its own.
    static let requestLineBytesMax = 16_384
    static let fieldsMax = 100

    private let fieldBytesMax: Int
    private var scanned = 0
    private var lineStart = 0
    private var lines: [Range<Int>] = []
    private var emptyLines = 0

    init(fieldBytesMax: Int) { self.fieldBytesMax = fieldBytesMax }

    /// Goes on with all the bytes that have come so far; nil while the head is not whole.
    ///
    /// - Returns: the head, and how many bytes it took.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> (head: RequestHead, byteCount: Int)? {
        guard let end = try findEnd(bytes) else { return nil }
        return (try head(bytes), end)
    }

    private mutating func findEnd(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> Int? {
        while scanned < bytes.count {
            let byte = bytes[scanned]
            // TLS or another protocol is answered at its first byte, and not kept waiting for the end of a line.
            if lines.isEmpty, scanned == lineStart {
                guard HTTPSyntax.isTokenByte(byte) || byte == HTTPSyntax.carriageReturn else { throw .malformed }
            }
            scanned += 1
            if byte == HTTPSyntax.lineFeed {
                let end = scanned - 2
                guard end >= lineStart, bytes[end] == HTTPSyntax.carriageReturn else { throw .malformed }
                if end == lineStart {
                    if !lines.isEmpty { return scanned }
                    // RFC 9112 section 2.2: an empty line before a request is passed over.
                    emptyLines += 1
                    guard emptyLines <= 4 else { throw .malformed }
                } else {
                    lines.append(lineStart..<end)
                    guard lines.count <= Self.fieldsMax + 1 else { throw .headTooLarge }
                }
                lineStart = scanned
            }
            if let requestLine = lines.first {
                guard scanned - requestLine.upperBound <= fieldBytesMax else { throw .headTooLarge }
            } else {
                guard scanned - lineStart <= Self.requestLineBytesMax else { throw .targetTooLong }
            }
        }
        return nil
    }

    private func head(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> RequestHead {
        let line = try RequestLine(bytes[lines[0]])
        var fields = HTTPFields()
        for range in lines.dropFirst() {
            guard let field = HTTPSyntax.field(bytes[range]),
                let name = HTTPField.Name(String(decoding: field.name, as: UTF8.self))
            else { throw .malformed }
            fields.append(HTTPField(name: name, value: String(decoding: field.value, as: UTF8.self)))
        }
        let host = try Self.host(&fields, isRequired: line.isVersion11)
        let connection = Self.tokens(fields, .connection)
        let framing = try Self.framing(fields, isVersion11: line.isVersion11)
        return RequestHead(
            request: HTTPRequest(
                method: line.method, scheme: nil, authority: host, path: line.path, headerFields: fields),
            framing: framing, isVersion11: line.isVersion11,
            keepsAlive: !connection.contains("close") && (line.isVersion11 || connection.contains("keep-alive")),
            expectsContinue: try Self.expectsContinue(fields, line, framing))
    }

    private static func host(_ fields: inout HTTPFields, isRequired: Bool) throws(HTTPFault) -> String? {
        guard let name = HTTPField.Name("host") else { return nil }
        let hosts = fields[values: name]
        guard hosts.count == 1 || (hosts.isEmpty && !isRequired),
            hosts.allSatisfy({ $0.utf8.allSatisfy(HTTPSyntax.isHostByte) })
        else { throw .hostMissing }
        fields[name] = nil
        return hosts.first
    }

    private static func framing(_ fields: HTTPFields, isVersion11: Bool) throws(HTTPFault) -> RequestHead.Framing {
        let lengths = fields[values: .contentLength]
        guard fields.contains(.transferEncoding) else {
            guard let length = lengths.first else { return .none }
            guard lengths.count == 1, (1...18).contains(length.utf8.count),
                length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(length)
            else { throw .lengthAmbiguous }
            return count == 0 ? .none : .length(count)
        }
        // Two readers that choose differently here see different requests: smuggling.
        guard lengths.isEmpty, isVersion11 else { throw .lengthAmbiguous }
        let codings = tokens(fields, .transferEncoding)
        guard codings.last == "chunked", !codings.dropLast().contains("chunked") else { throw .lengthAmbiguous }
        guard codings.count == 1 else { throw .transferCodingUnknown }
        return .chunked
    }

    private static func expectsContinue(
        _ fields: HTTPFields, _ line: RequestLine, _ framing: RequestHead.Framing
    ) throws(HTTPFault) -> Bool {
        // RFC 9110 section 10.1.1: of a client that speaks 1.0 it is passed over.
        guard line.isVersion11 else { return false }
        let expectations = tokens(fields, .expect)
        guard expectations.allSatisfy({ $0 == "100-continue" }) else { throw .expectationUnknown }
        return !expectations.isEmpty && framing != .none
    }

    /// The members of a list of tokens, in lower case; what is no token is kept whole, so that it equals none.
    private static func tokens(_ fields: HTTPFields, _ name: HTTPField.Name) -> [String] {
        fields[values: name].flatMap { $0.split(separator: ",") }
            .map { member in
                var member = member
                while let first = member.first, first == " " || first == "\t" { member.removeFirst() }
                while let last = member.last, last == " " || last == "\t" { member.removeLast() }
                return member.lowercased()
            }
            .filter { !$0.isEmpty }
    }
}
