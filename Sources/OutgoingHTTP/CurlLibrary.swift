import CCurl
import Glibc
import Synchronization
import Threads
import Waiting

/// libcurl as a whole.
enum CurlLibrary {
    /// Initialised once; false when it cannot be.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
