/// One HTTP request that we make.
///
/// **Guarantees** It is written at most once, whatever becomes of the connection, and redirections are not followed.
package struct HTTPCall: Sendable {
    /// A request's method, such as `GET`.
    package struct Method: RawRepresentable, Sendable, Hashable {
        /// The method as it is sent.
        package let rawValue: String

        /// Makes a method of its text.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// Reads.
        package static let get = Method(rawValue: "GET")
        /// Reads the head alone.
        package static let head = Method(rawValue: "HEAD")
        /// Has an effect.
        package static let post = Method(rawValue: "POST")
    }

    /// What becomes of the answer's body.
    package enum AnswerBody: Sendable, Hashable {
        /// It is read to its end; a body of more than `bytesMax` is a failure.
        case read(bytesMax: Int)
        /// It is not waited for: the call ends with the answer's head.
        case ignored
    }

    /// `http` or `https`, in printable ASCII.
    package var url: String
    /// `GET` unless it is set.
    package var method = Method.get
    /// Beside those that the protocol needs.
    package var headers = HeaderFields()
    /// nil for a request without a body.
    package var body: [UInt8]?
    /// At most 1 MiB is read unless it is set.
    package var answerBody = AnswerBody.read(bytesMax: 1 << 20)
    /// The one IP address that is connected to, whatever the URL's name resolves to. The connection is not shared with
    /// other calls.
    package var address: String?

    /// Makes a `GET` of a URL.
    package init(url: String) { self.url = url }

    /// What came back: an answer with any status.
    package struct Answer: Sendable {
        /// 200 to 599, as the other side says.
        package let status: Int
        /// As they were sent, without trailers.
        package let headers: HeaderFields
        /// Empty when it is ignored.
        package let body: [UInt8]

        /// Whether the status is 2xx.
        package var isSuccess: Bool { (200...299).contains(status) }
    }

    /// A call without a whole answer.
    package struct Failure: Error, Sendable, Hashable {
        /// What happened.
        package enum Kind: Sendable, Hashable {
            /// The URL, the method or a header cannot be sent.
            case invalid
            /// No connection, or none in time; or the other side's certificate is not trusted.
            case connectionFailed
            /// The connection ended before the answer did.
            case connectionLost
            /// The answer was not whole in time.
            case timedOut
            /// The answer is larger than may be read.
            case answerTooLarge
            /// The caller was cancelled, or the client was shut down.
            case cancelled
        }

        /// What happened.
        package let kind: Kind
        /// False only when no byte of the request was written.
        package let mayHaveBeenSent: Bool
        /// For operators; holds nothing of the request.
        package let cause: String

        init(_ kind: Kind, mayHaveBeenSent: Bool = false, _ cause: String) {
            self.kind = kind
            self.mayHaveBeenSent = mayHaveBeenSent
            self.cause = cause
        }
    }

    /// Refuses what would change the request's form: libcurl writes headers as they are.
    func check() throws(Failure) {
        guard !url.isEmpty, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure(.invalid, "the URL has characters that need escaping")
        }
        guard Self.isToken(method.rawValue) else { throw Failure(.invalid, "the method is not one word") }
        for (name, value) in headers {
            guard Self.isToken(name), value.utf8.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }) else {
                throw Failure(.invalid, "a header has characters that may not be sent")
            }
        }
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
