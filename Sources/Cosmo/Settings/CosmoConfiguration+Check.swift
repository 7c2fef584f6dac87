extension CosmoConfiguration {
    /// Every setting that cannot work, in a stable order; empty when the configuration is usable.
    package func problems() -> [CosmoConfigurationError] {
        var found: [CosmoConfigurationError] = []
        func require(_ holds: Bool, _ setting: String, _ message: String) {
            if !holds { found.append(CosmoConfigurationError(setting: setting, message: message)) }
        }
        for (setting, url) in [
            ("authBaseURL", authBaseURL), ("apiBaseURL", apiBaseURL), ("widgetAuthBaseURL", widgetAuthBaseURL),
        ] {
            let isSecure = url.hasPrefix("https://")
            require(isSecure || url.hasPrefix("http://"), setting, "must begin with https:// (or http:// in a sandbox)")
            require(!url.hasSuffix("/"), setting, "must not end with a slash")
            require(
                environment == .sandbox || isSecure, setting,
                "production needs https://, because the token and the member's account travel in it")
        }
        for (kind, template) in widgetLaunchURLTemplates.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            require(
                template.contains("{token}"), "widgetLaunchURLTemplates.\(kind.rawValue)",
                "must contain {token}, where the access token goes")
        }
        require(!credentials.clientID.isEmpty, "credentials.clientID", "is empty; copy it from Cosmo's portal")
        require(!credentials.clientSecret.isEmpty, "credentials.clientSecret", "is empty; copy it from Cosmo's portal")
        require(concurrentCallsMax > 0, "concurrentCallsMax", "must be at least 1")
        require(answerBytesMax >= 1024, "answerBytesMax", "must be at least 1024 bytes")
        require(requestTimeout > .zero, "requestTimeout", "must be longer than zero")
        require(connectTimeout > .zero, "connectTimeout", "must be longer than zero")
        require(tokenLifetimeDefault > .zero, "tokenLifetimeDefault", "must be longer than zero")
        require(tokenPath.hasPrefix("/"), "tokenPath", "must begin with a slash")
        require(intervalPath.hasPrefix("/"), "intervalPath", "must begin with a slash")
        return found
    }
}
