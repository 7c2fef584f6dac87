import MultibrandAPI

extension ExplanationPage {
    /// Which version of the preference decided, why that one, and who set it.
    var preference: Section {
        let number = story.preference.version
        var lines = [
            "Version \(number), \(attributionWords)."
                + (number == story.preference.versionInForce
                    ? " It is in force now." : " Version \(story.preference.versionInForce) is in force now.")
        ]
        if story.preference.hasAuthorization {
            let authorization = story.preference.authorization
            lines.append(
                "Authorisation \(authorization.authorizationID) of \(ExplanationText.time(authorization.authorizedAt)) "
                    + "pins "
                    + "version \(authorization.preferenceVersion)"
                    + (authorization.hasReversedAt
                        ? "; it was reversed \(ExplanationText.time(authorization.reversedAt))." : "."))
        }
        if story.preference.hasChange {
            let version = story.preference.change
            lines.append(
                "Set by \(Self.causeWords(version.cause, version.causeID)); valid from "
                    + "\(ExplanationText.time(version.effectiveAt)), known since "
                    + "\(ExplanationText.time(version.recordedAt))."
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
        return Section(title: "Preference", lines: lines)
    }

    private var attributionWords: String {
        switch story.preference.attribution {
        case .authorization: "the one pinned when the purchase was authorised"
        case .clearing: "the one valid when the purchase happened, since its authorisation had been reversed"
        case .latest, .unspecified, .UNRECOGNIZED: "the one in force when the spend was recorded"
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
}
