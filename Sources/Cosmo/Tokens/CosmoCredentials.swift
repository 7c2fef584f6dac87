/// The client id and secret that Cosmo's portal hands out, one pair per environment.
///
/// **Guarantees**: printing, dumping or interpolating a value never shows the secret, and shows the id only masked.
package struct CosmoCredentials: Sendable {
    /// The public half, `client_id` on the wire.
    package let clientID: String
    /// The secret half, `client_secret` on the wire.
    package let clientSecret: String

    /// Makes a pair from the two values shown by the portal.
    package init(clientID: String, clientSecret: String) {
        self.clientID = clientID
        self.clientSecret = clientSecret
    }
}

extension CosmoCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The masked id; the secret is never part of it.
    package var description: String { "CosmoCredentials(\(Redaction.mask(clientID)))" }
    /// The same as `description`.
    package var debugDescription: String { description }
    /// A mirror without the secret, so that `dump` does not show it either.
    package var customMirror: Mirror { Mirror(self, children: ["clientID": Redaction.mask(clientID)]) }
}
