/// Every behaviour of Cosmo that its documents leave open, by name and with the contract's default.
///
/// A green test suite proves our client against these settings and nothing about the real service, so the running
/// sandbox prints the table. Firm facts have no switch.
package struct SandboxSwitches: Sendable, Hashable, Codable {
    /// What a second use of a reference number does (contract section 5.2, unknown 9).
    package enum DuplicateReference: String, Sendable, Hashable, Codable, CaseIterable {
        /// Refused with 409.
        case reject409
        /// The first answer again.
        case replay
        /// Issued twice.
        case issueAgain
    }
    /// What one unit of `value` means (unknown 1).
    package enum ValueUnit: String, Sendable, Hashable, Codable, CaseIterable {
        /// Whole currency units.
        case major
        /// Minor units.
        case minor
    }
    /// The shape of `GET /programs/{id}/fields` (unknown 15).
    package enum FieldsShape: String, Sendable, Hashable, Codable, CaseIterable {
        /// `{"destinationUserId": true}`.
        case booleans
        /// `{"destinationUserId": {"required": true}}`.
        case objects
        /// `["destinationUserId"]`, the required ones.
        case names
        /// `[{"name": "destinationUserId", "required": true}]`.
        case list
    }
    /// Which encodings the token call accepts (unknown 4).
    package enum TokenEncoding: String, Sendable, Hashable, Codable, CaseIterable {
        /// Form or JSON.
        case any
        /// Form only.
        case form
        /// JSON only.
        case json
    }
    /// How numbers such as prices and points are written (section 2).
    package enum NumberStyle: String, Sendable, Hashable, Codable, CaseIterable {
        /// A JSON number.
        case number
        /// A JSON string.
        case string
    }
    /// The unit of `x-timestamp` (unknown 25).
    package enum TimestampUnit: String, Sendable, Hashable, Codable, CaseIterable {
        /// Ten digits.
        case seconds
        /// Thirteen digits.
        case milliseconds
    }
    /// The body of an error answer (unknown 7).
    package enum ErrorBody: String, Sendable, Hashable, Codable, CaseIterable {
        /// NestJS's envelope.
        case envelope
        /// The message as plain text.
        case text
        /// Nothing.
        case empty
    }

    /// Which encodings the token call accepts.
    package var tokenEncoding = TokenEncoding.any
    /// Whether the token call insists on `grant_type=client_credentials`.
    package var strictGrantType = false
    /// How long a token lives, in seconds.
    package var tokenLifetimeSeconds = 600
    /// Whether the token answer leaves its lifetime out, as the oldest documents do.
    package var omitsTokenLifetime = false
    /// The status of a successful token call.
    package var tokenStatus = 200
    /// The status of every other successful POST.
    package var postStatus = 201
    /// The body of an error answer.
    package var errorBody = ErrorBody.envelope
    /// The status of each cause of refusal, by the cause's name; a cause not listed has the contract's default.
    package var errorStatuses: [String: Int] = [:]
    /// What one unit of `value` means.
    package var valueUnit = ValueUnit.major
    /// Whether exact-points issuance is enabled.
    package var pointsModeEnabled = true
    /// Whether a fiat currency other than the program's local one is refused.
    package var currencyMustBeLocal = true
    /// Whether a maximum of zero means none.
    package var zeroMaximumIsUnlimited = true
    /// The percentage of extra points a running campaign adds.
    package var campaignPercent = 0
    /// What a second use of a reference number does.
    package var duplicateReference = DuplicateReference.reject409
    /// Whether a transaction can be read by its reference.
    package var referenceLookup = true
    /// Whether transactions can be listed by interval.
    package var intervalListing = true
    /// Whether a read carries a `status`.
    package var emitsStatus = false
    /// How prices are written in the programs list.
    package var priceStyle = NumberStyle.string
    /// How points are written in the issuance answer.
    package var issuedPointsStyle = NumberStyle.number
    /// The shape of a program's fields.
    package var fieldsShape = FieldsShape.booleans
    /// Whether the error table is also looked up by e-mail, an extension for programs without member numbers.
    package var errorTableKnowsEmail = false
    /// Whether a multibrand widget token needs a `sourceUserId`.
    package var widgetNeedsSourceUser = true
    /// Whether a widget token call may carry a Bearer token instead of credentials.
    package var widgetAcceptsBearer = false
    /// Whether completed transactions are reported by webhook.
    package var sendsTransactionWebhooks = true
    /// Whether links and removals are reported by webhook.
    package var sendsConnectionWebhooks = true
    /// Whether the transaction webhook leaves out everything that is not firm.
    package var bareTransactionWebhook = false
    /// Whether the answer to an issuance call waits until its webhook was delivered or failed once.
    package var webhookBeforeAnswer = false
    /// How many times each webhook is delivered.
    package var webhookCopies = 1
    /// Whether webhooks are signed in Basic and OAuth mode too.
    package var signAlways = false
    /// Whether a retry repeats the first attempt's timestamp and signature.
    package var resendsOriginalHeaders = false
    /// The unit of `x-timestamp`.
    package var timestampUnit = TimestampUnit.seconds
    /// The field of a connection webhook that carries the program's parts, dots for nesting; empty for none.
    package var connectionPartsField = ""
    /// The field of a connection webhook that carries the card id, dots for nesting; empty for none.
    package var connectionCardField = ""
    /// How long a slow answer takes, in milliseconds.
    package var slowMilliseconds = 2_000
    /// How long an answer that never comes holds its connection open, in milliseconds.
    package var lostAnswerMilliseconds = 60_000

    /// The contract's defaults.
    package init() {}
}
