import Cosmo
import Foundation
import MultibrandServer

/// Cosmo's pre-launch checks: token, active partnerships, required fields, and on request one member.
struct CosmoCheck {
    let client: CosmoClient
    let report: DoctorReport

    /// - Parameter plugins: The plugin in force by program; nil when the database could not tell.
    /// - Returns: The programs Cosmo lists; nil when it could not be asked.
    func run(plugins: [String: String]?) async -> [CosmoProgram]? {
        let programs: [CosmoProgram]
        do {
            programs = try await client.programs()
        } catch {
            let subject = error.kind == .notSent ? "Cosmo token" : "Cosmo programs"
            report.add(.failure(subject, error.description, remedy: Self.remedy(error)))
            return nil
        }
        report.add(.ok("Cosmo token", "granted in the \(client.configuration.environment.rawValue) environment"))
        guard !programs.isEmpty else {
            report.add(
                .failure(
                    "Cosmo programs", "no active partnership",
                    remedy: "ask Cosmo to activate a partnership for this organisation"))
            return programs
        }
        report.add(.ok("Cosmo programs", "\(programs.count) active partnerships"))
        await checkFields(of: programs)
        if let plugins { checkPlugins(of: programs, plugins) }
        return programs
    }

    /// Whether a program knows an account.
    func validate(_ account: CosmoAccount, with programID: String) async -> Bool {
        let subject = "member of \(programID)"
        do {
            let missing = try await client.fields(programID: programID).missing(in: account)
            guard missing.isEmpty else {
                report.add(
                    .failure(
                        subject, "the account lacks \(missing.joined(separator: ", "))",
                        remedy: "add them, as --account field=value"))
                return false
            }
            guard try await client.validateMember(programID: programID, account: account) else {
                report.add(
                    .failure(subject, "\(account) is not known", remedy: "check the account's fields with the member"))
                return false
            }
            report.add(.ok(subject, "\(account) is valid"))
            return true
        } catch {
            report.add(.failure(subject, error.description, remedy: Self.remedy(error)))
            return false
        }
    }

    private func checkFields(of programs: [CosmoProgram]) async {
        for program in programs {
            let subject = "fields of \(program.id)"
            do {
                let fields = try await client.fields(programID: program.id)
                let names = fields.requiredNames
                report.add(
                    .ok(subject, names.isEmpty ? "none is required" : "requires \(names.joined(separator: ", "))"))
            } catch {
                report.add(.failure(subject, error.description, remedy: Self.remedy(error)))
            }
        }
    }

    private func checkPlugins(of programs: [CosmoProgram], _ plugins: [String: String]) {
        for program in programs {
            let subject = "plugin of \(program.id)"
            if let plugin = plugins[program.id] {
                report.add(.ok(subject, plugin))
            } else {
                report.add(
                    .warning(
                        subject, "none: what it earns is parked",
                        remedy: "run `multibrand admin programs configure \(program.id) PLUGIN --configuration FILE`"))
            }
        }
    }

    static func remedy(_ error: CosmoError) -> String {
        switch error.status {
        case 401, 403:
            "check \(Settings.Cosmo.clientID.key) and \(Settings.Cosmo.clientSecret.key), that they belong to this "
                + "environment, "
                + "and \(Settings.Cosmo.tokenEncoding.key)"
        case nil:
            "check \(Settings.Cosmo.apiBaseURL.key) and \(Settings.Cosmo.authBaseURL.key), and that this machine may "
                + "reach them"
        case .some: error.reason.advice
        }
    }
}
