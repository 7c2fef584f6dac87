import Access
import Admission
import Cryptography
import RPC

/// The API client that makes a call, left in the context by ``Authorization``.
struct CallerKey: RPCContextKey {
    typealias Value = Caller
}
