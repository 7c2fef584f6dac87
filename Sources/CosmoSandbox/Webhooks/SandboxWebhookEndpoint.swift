/// Where webhooks of one kind go and how they authenticate (contract section 8.4).
package struct SandboxWebhookEndpoint: Sendable, Hashable {
    /// How a delivery proves its origin.
    package enum Authentication: Sendable, Hashable {
        /// `x-signature` and `x-timestamp`.
        case signature
        /// `Authorization: Basic`.
        case basic(username: String, password: String)
        /// `Authorization: Bearer` with a token fetched from the receiver.
        case oauth(tokenURL: String, clientID: String, clientSecret: String, placement: CredentialPlacement)
    }

    /// Where the client credentials travel in the token request.
    package enum CredentialPlacement: String, Sendable, Hashable, Codable, CaseIterable {
        /// In a Basic header.
        case header
        /// As form fields.
        case body
    }

    /// The receiver's address.
    package var url: String
    /// How a delivery proves its origin.
    package var authentication: Authentication
    /// What deliveries are signed with, in signature mode and when the switch `signAlways` is on.
    package var secret: String?

    /// Makes an endpoint.
    package init(url: String, authentication: Authentication = .signature, secret: String? = nil) {
        self.url = url
        self.authentication = authentication
        self.secret = secret
    }
}

extension SandboxWebhookEndpoint {
    /// Reads the control interface's form: `url`, `mode`, and what the mode needs.
    init(_ json: WireValue) throws(SandboxInputError) {
        func text(_ name: String) throws(SandboxInputError) -> String {
            guard let value = json[name]?.string else { throw SandboxInputError("\(name) must be a string") }
            return value
        }
        let authentication: Authentication
        switch json["mode"]?.string ?? "signature" {
        case "signature": authentication = .signature
        case "basic": authentication = .basic(username: try text("username"), password: try text("password"))
        case "oauth":
            let placement = CredentialPlacement(rawValue: json["placement"]?.string ?? "header")
            guard let placement else { throw SandboxInputError("placement must be header or body") }
            authentication = .oauth(
                tokenURL: try text("tokenUrl"), clientID: try text("clientId"), clientSecret: try text("clientSecret"),
                placement: placement)
        default: throw SandboxInputError("mode must be signature, basic or oauth")
        }
        self.init(url: try text("url"), authentication: authentication, secret: json["secret"]?.string)
    }
}
