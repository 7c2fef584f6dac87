import Rewards

extension ExplanationPage {
    /// Which version of the preference decided, why that one, and who set it.
    var preference: Section {
        let number = story.decision.preferenceVersion
        var lines = [
            "Version \(number), \(attributionWords)."
                + (number == story.versionInForce
                    ? " It is in force now." : " Version \(story.versionInForce) is in force now.")
        ]
        if let authorization = story.authorization {
            lines.append(
                "Authorisation \(authorization.authorizationID) of \(ExplanationText.time(authorization.authorizedAt)) pins "
                    + "version \(authorization.preferenceVersion)"
                    + (authorization.reversedAt.map { "; it was reversed \(ExplanationText.time($0))." } ?? "."))
        }
        if let version = story.version {
            lines.append(
                "Set by \(Self.causeWords(version.cause, version.causeID)); valid from "
                    + "\(ExplanationText.time(version.effectiveAt)), known since \(ExplanationText.time(version.recordedAt))."
            )
            let total = version.links.reduce(0) { $0 + $1.parts }
            for link in version.links {
                lines.append(
                    "\(link.programID): \(link.parts) of \(total) parts"
                        + (link.maskedAccount.isEmpty ? "." : ", account \(link.maskedAccount)."))
            }
        } else {
            lines.append(number == 0 ? "Nothing was linked yet." : "The version's row is missing: run verify.")
        }
        return Section(title: "Preference", lines: lines, facts: preferenceFacts)
    }

    private var attributionWords: String {
        switch story.attribution {
        case "authorization": "the one pinned when the purchase was authorised"
        case "clearing": "the one valid when the purchase happened, since its authorisation had been reversed"
        default: "the one in force when the spend was recorded"
        }
    }

    /// Who set a version: the kinds of cause as `ListPreferenceChanges` tells them.
    private static func causeWords(_ cause: String, _ causeID: String) -> String {
        switch cause {
        case "event": "a webhook of Cosmo's, delivery \(causeID)"
        case "allocation": "the platform's SetAllocation, request \(causeID)"
        case "link": "the platform's LinkProgram, request \(causeID)"
        case "delink": "the platform's DelinkProgram, request \(causeID)"
        case "operator": "an operator's decision on delivery \(causeID)"
        case "rebuild": "a rebuild from the inbox by \(causeID)"
        default: "\(cause) \(causeID)"
        }
    }

    private var preferenceFacts: JSONValue {
        var facts: [JSONObject.Member] = [
            .init("version", .count(story.decision.preferenceVersion)),
            .init("versionInForce", .count(story.versionInForce)), .init("attribution", .string(story.attribution)),
        ]
        if let authorization = story.authorization {
            facts.append(
                .init(
                    "authorization",
                    [
                        "authorizationId": .string(authorization.authorizationID),
                        "authorizedAt": .time(authorization.authorizedAt),
                        "preferenceVersion": .count(authorization.preferenceVersion),
                        "reversedAt": .time(authorization.reversedAt),
                    ]))
        }
        if let version = story.version {
            facts += [
                .init("cause", .string(version.cause)), .init("causeId", .string(version.causeID)),
                .init("effectiveAt", .time(version.effectiveAt)), .init("recordedAt", .time(version.recordedAt)),
                .init(
                    "links",
                    .array(
                        version.links.map {
                            ["programId": .string($0.programID), "parts": .count(Int64($0.parts))]
                        })),
            ]
        }
        return JSONObject(facts).map(JSONValue.object) ?? .null
    }
}
