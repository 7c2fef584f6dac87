/// A short-lived token that opens one of Cosmo's widgets for one user (contract section 7).
///
/// It travels in a URL, so it is minted per launch and never logged: printing a value shows no token.
package struct CosmoWidgetToken: Sendable, Hashable {
    /// The widget it opens.
    package let kind: CosmoWidgetKind
    /// The token itself.
    package let accessToken: String
    /// How long it lives.
    package let lifetime: Duration
    /// The page to open, when the configuration has a template for this widget.
    package let launchURL: String?

    /// Makes a token.
    package init(kind: CosmoWidgetKind, accessToken: String, lifetime: Duration, launchURL: String?) {
        self.kind = kind
        self.accessToken = accessToken
        self.lifetime = lifetime
        self.launchURL = launchURL
    }
}

extension CosmoWidgetToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind and lifetime; never the token or the URL that holds it.
    package var description: String { "CosmoWidgetToken(\(kind.rawValue), lifetime: \(lifetime))" }
    /// The same as `description`.
    package var debugDescription: String { description }
    /// A mirror without the token.
    package var customMirror: Mirror { Mirror(self, children: ["kind": kind, "lifetime": lifetime]) }
}
