import CCurl
import Glibc

/// One call while libcurl works on it.
///
/// **Concurrency** Made, used and dropped on the transfer thread.
final class Transfer {
    /// Why we ended a transfer ourselves.
    private enum Stop { case headIsEnough, tooLarge, secondSend }

    private static let headBytesMax = 256 << 10

    let submission: Submission
    let easy: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var sendCount = 0
    private var bodyOffset = 0
    private var headByteCount = 0
    private var isHeadComplete = false
    private var headers = HeaderFields()
    private var content: [UInt8] = []
    private var stop: Stop?

    /// Prepares a handle; nil when libcurl has no memory or does not know an option.
    init?(_ submission: Submission) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.submission = submission
        guard isPrepared() else { return nil }
    }

    deinit {
        curl_easy_cleanup(easy)
        for list in lists { curl_slist_free_all(list) }
    }

    /// The caller's outcome of a transfer that ended with this code.
    func outcome(_ code: CURLcode) -> Submission.Outcome {
        var status = 0
        _ = multibrand_curl_status(easy, &status)
        if code == CURLE_OK || stop == .headIsEnough {
            return .success(HTTPCall.Answer(status: status, headers: headers, body: content))
        }
        let cause = "curl \(code.rawValue): \(String(cString: curl_easy_strerror(code)))"
        return .failure(HTTPCall.Failure(kind(code), mayHaveBeenSent: mayHaveBeenSent, cause))
    }

    /// The failure of a transfer whose caller no longer waits.
    var cancelled: HTTPCall.Failure { .init(.cancelled, mayHaveBeenSent: mayHaveBeenSent, "cancelled") }

    /// libcurl says when a connection is ready, and writes nothing before.
    private var mayHaveBeenSent: Bool { sendCount > 0 || bodyOffset > 0 }

    private func kind(_ code: CURLcode) -> HTTPCall.Failure.Kind {
        switch code {
        case _ where stop == .tooLarge: .answerTooLarge
        case _ where stop == .secondSend: .connectionLost
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalid
        case _ where !mayHaveBeenSent: .connectionFailed
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        default: .connectionLost
        }
    }
}

extension Transfer {
    private func isPrepared() -> Bool {
        let call = submission.call
        let configuration = submission.configuration
        var codes = [
            multibrand_curl_text(easy, CURLOPT_URL, call.url),
            multibrand_curl_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
            multibrand_curl_text(easy, CURLOPT_PROXY, ""),
            multibrand_curl_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            multibrand_curl_long(easy, CURLOPT_PATH_AS_IS, 1),
            // Signals belong to the process; a look-up that is given up must not hold the other calls.
            multibrand_curl_long(easy, CURLOPT_NOSIGNAL, 1),
            multibrand_curl_long(easy, CURLOPT_QUICK_EXIT, 1),
            multibrand_curl_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(submission.limit)),
            multibrand_curl_long(
                easy, CURLOPT_CONNECTTIMEOUT_MS,
                Self.milliseconds(min(configuration.connectTimeout, submission.limit))),
            multibrand_curl_long(
                easy, CURLOPT_HTTP_VERSION,
                Int(configuration.offersHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)),
        ]
        if let path = configuration.authoritiesPath { codes.append(multibrand_curl_text(easy, CURLOPT_CAINFO, path)) }
        codes += address() + request() + callbacks()
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    /// Whatever the URL's host and port are read as, the connection goes to the address.
    private func address() -> [CURLcode] {
        guard let address = submission.call.address else { return [] }
        let route = list(["::\(address.contains(":") ? "[\(address)]" : address):"])
        return [
            route.map { multibrand_curl_list(easy, CURLOPT_CONNECT_TO, $0) } ?? CURLE_OUT_OF_MEMORY,
            multibrand_curl_long(easy, CURLOPT_FRESH_CONNECT, 1), multibrand_curl_long(easy, CURLOPT_FORBID_REUSE, 1),
        ]
    }

    private func request() -> [CURLcode] {
        let call = submission.call
        var codes: [CURLcode] = []
        if call.method == .head {
            codes.append(multibrand_curl_long(easy, CURLOPT_NOBODY, 1))
        } else if call.body != nil || call.method == .post {
            codes += [
                multibrand_curl_long(easy, CURLOPT_POST, 1),
                multibrand_curl_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(call.body?.count ?? 0)),
            ]
        }
        codes.append(multibrand_curl_text(easy, CURLOPT_CUSTOMREQUEST, call.method.rawValue))
        // An empty value takes a field of libcurl's own away; a field with an empty value ends in a semicolon.
        var lines = ["Expect:", "Accept:"]
        if call.headers.first(name: "content-type") == nil { lines.append("Content-Type:") }
        lines += call.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        codes.append(list(lines).map { multibrand_curl_list(easy, CURLOPT_HTTPHEADER, $0) } ?? CURLE_OUT_OF_MEMORY)
        return codes
    }

    /// SAFETY: libcurl calls back during `curl_multi_perform` and `curl_multi_remove_handle` alone, while the thread
    /// holds the transfer.
    private func callbacks() -> [CURLcode] {
        let me = Unmanaged.passUnretained(self).toOpaque()
        return [
            multibrand_curl_data(easy, CURLOPT_PREREQDATA, me),
            multibrand_curl_on_ready(easy) { context, _, _, _, _ in
                Transfer.of(context)?.maySend() == true ? Int32(CURL_PREREQFUNC_OK) : Int32(CURL_PREREQFUNC_ABORT)
            },
            multibrand_curl_data(easy, CURLOPT_READDATA, me),
            multibrand_curl_on_bytes(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
                guard let bytes else { return 0 }
                return Transfer.of(context)?.read(
                    into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
                    ?? Int(CURL_READFUNC_ABORT)
            },
            multibrand_curl_data(easy, CURLOPT_HEADERDATA, me),
            multibrand_curl_on_bytes(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                Transfer.of(context)?.headLine(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            },
            multibrand_curl_data(easy, CURLOPT_WRITEDATA, me),
            multibrand_curl_on_bytes(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                Transfer.of(context)?.received(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            },
            // Not inherited by a process that is started meanwhile.
            multibrand_curl_on_socket(easy) { _, _, address in
                guard let address else { return CURL_SOCKET_BAD }
                let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
                return socket(address.pointee.family, type, address.pointee.protocol)
            },
        ]
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var head: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(head, line) else {
                curl_slist_free_all(head)
                return nil
            }
            head = longer
        }
        if let head { lists.append(head) }
        return head
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return max(1, Int(min(seconds, 86_400)) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}

// What libcurl asks and tells. Returning another count than was given ends the transfer.
extension Transfer {
    /// Asked when a connection is ready, before anything is written.
    ///
    /// libcurl sends a request again by itself when a kept connection ends without an answer. Then this is asked a
    /// second time, and the call ends instead: it may have been carried out (I-6).
    private func maySend() -> Bool {
        sendCount += 1
        if sendCount > 1 { stop = .secondSend }
        return sendCount == 1
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = submission.call.body else { return 0 }
        let count = min(buffer.count, body.count - bodyOffset)
        buffer.copyBytes(from: body[bodyOffset..<bodyOffset + count])
        bodyOffset += count
        return count
    }

    /// One line of a head; an interim answer (1xx) has a head of its own, and trailers come after it.
    private func headLine(_ bytes: UnsafeRawBufferPointer) -> Int {
        headByteCount += bytes.count
        guard headByteCount <= Self.headBytesMax else {
            stop = .tooLarge
            return 0
        }
        guard !isHeadComplete else { return bytes.count }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = HeaderFields()
        } else if line.allSatisfy(\.isWhitespace) {
            var status = 0
            _ = multibrand_curl_status(easy, &status)
            isHeadComplete = status >= 200
            if isHeadComplete, submission.call.answerBody == .ignored {
                stop = .headIsEnough
                return 0
            }
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            headers.add(
                name: String(line[..<colon]),
                value: String(value.reversed().drop(while: \.isWhitespace).reversed()))
        }
        return bytes.count
    }

    private func received(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard case .read(let bytesMax) = submission.call.answerBody, content.count + bytes.count <= bytesMax else {
            stop = submission.call.answerBody == .ignored ? .headIsEnough : .tooLarge
            return 0
        }
        content.append(contentsOf: bytes)
        return bytes.count
    }
}
