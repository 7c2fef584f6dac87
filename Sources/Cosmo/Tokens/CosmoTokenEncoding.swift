/// How the credentials travel to `POST /auth/token` (contract section 3.1, unknown 4).
package enum CosmoTokenEncoding: String, Sendable, Hashable, CaseIterable {
    /// `client_id`, `client_secret` and `grant_type` as `application/x-www-form-urlencoded`: the default.
    case form
    /// The same snake_case names in a JSON object.
    case json
    /// The older camelCase JSON of contract section 3.2: `clientId` and `clientSecret`.
    case camelCaseJSON
}
