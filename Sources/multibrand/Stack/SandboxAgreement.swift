import Cosmo
import CosmoSandbox
import MultibrandServer

/// What the local Cosmo does and what the service expects must be the same: every pair of docs/cosmo.md that both sides
/// set.
///
/// Where they differ, the stack runs and something is silently not what was chosen; so `dev` and `demo` check at start.
enum SandboxAgreement {
    /// Where a connection event of a local stack carries the share, on both sides.
    static let partsField = "parts"

    /// The pairs that differ, each in words.
    static func differences(
        _ service: ServiceConfiguration, _ sandbox: CosmoSandboxConfiguration, _ switches: SandboxSwitches
    ) -> [String] {
        let cosmo = service.cosmo
        let pairs: [(setting: String, expected: String, name: String, actual: String, agrees: Bool)] = [
            pair(
                Settings.Webhook.partsField.key, path(service.webhookPaths.parts), "connectionPartsField",
                switches.connectionPartsField),
            pair(
                Settings.Webhook.cardField.key, path(service.webhookPaths.cardID), "connectionCardField",
                switches.connectionCardField),
            pair(Settings.Cosmo.valueUnit.key, cosmo.valueUnit.rawValue, "valueUnit", switches.valueUnit.rawValue),
            pair(Settings.Cosmo.clientID.key, cosmo.credentials.clientID, "client id", sandbox.clientID),
            needs(
                Settings.Cosmo.exactPoints.key, cosmo.pointsModeEnabled, "pointsModeEnabled", switches.pointsModeEnabled
            ),
            needs(
                Settings.Cosmo.referenceLookup.key, cosmo.referenceLookupEnabled, "referenceLookup",
                switches.referenceLookup),
            needs(
                Settings.Cosmo.intervalListing.key, cosmo.intervalLookupEnabled, "intervalListing",
                switches.intervalListing),
            needs(
                Settings.Cosmo.duplicateStatuses.key, switches.duplicateReference == .reject409, "duplicateReference",
                cosmo.duplicateReferenceStatuses.contains(409) || switches.duplicateReference != .reject409),
            (
                Settings.Cosmo.tokenEncoding.key, cosmo.tokenEncoding.rawValue, "tokenEncoding",
                switches.tokenEncoding.rawValue,
                switches.tokenEncoding == .any || (switches.tokenEncoding == .form) == (cosmo.tokenEncoding == .form)
            ),
        ]
        return pairs.filter { !$0.agrees }.map {
            "\($0.setting) is \(shown($0.expected)), but the sandbox's \($0.name) is \(shown($0.actual))"
        }
    }

    /// **Errors** ``CommandFailure``, which names every pair that differs.
    static func check(
        _ service: ServiceConfiguration, _ sandbox: CosmoSandboxConfiguration, _ switches: SandboxSwitches
    ) throws {
        let differences = differences(service, sandbox, switches)
        guard differences.isEmpty else {
            throw CommandFailure(
                .failed,
                "the service and the sandbox would not understand each other: \(differences.joined(separator: "; "))")
        }
    }

    private typealias Pair = (setting: String, expected: String, name: String, actual: String, agrees: Bool)

    private static func pair(_ setting: String, _ expected: String, _ name: String, _ actual: String) -> Pair {
        (setting, expected, name, actual, expected == actual)
    }

    /// What the service counts on, the sandbox must have.
    private static func needs(_ setting: String, _ wants: Bool, _ name: String, _ has: Bool) -> Pair {
        (setting, wants ? "on" : "off", name, has ? "on" : "off", !wants || has)
    }

    private static func path(_ path: WebhookPayloadPath?) -> String { path?.description ?? "" }
    private static func shown(_ text: String) -> String { text.isEmpty ? "not set" : text }
}
