import Programs
import Rewards

/// Whether the fallback `wallet` leads somewhere: checked before the first spend is taken, since a spend decided for a
/// program that is none would park its leg, and one for a program of Cosmo's would be issued by it.
struct OwnProgramCheck: Sendable {
    let fallback: FallbackPolicy

    /// - Parameter program: the one that the fallback names, as the database has it.
    /// **Errors** ``ConfigurationError`` that says how to make the program.
    func callAsFunction(_ program: Program?) throws(ConfigurationError) {
        let (noLinks, refused) = (Settings.Spending.noLinks.key, Settings.Spending.refused.key)
        let configure =
            "multibrand admin programs configure PROGRAM PLUGIN --configuration FILE --pays-into wallet, on a service "
            + "that was started without \(noLinks) and \(refused) being wallet"
        guard let program else {
            throw ConfigurationError(
                setting: Settings.Spending.ownProgram.key,
                problem: "names a program that there is not: make it with \(configure)")
        }
        guard program.paysInto == .wallet else {
            throw ConfigurationError(
                setting: Settings.Spending.ownProgram.key,
                problem: "names a program of Cosmo's, which does not pay into the wallet: name another, or make one "
                    + "with \(configure)")
        }
    }
}
