/// A name under which an admission leaves a value for handlers, such as the API client that calls.
package protocol RPCContextKey {
    /// What is left.
    associatedtype Value: Sendable
}
