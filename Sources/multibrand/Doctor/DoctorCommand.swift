import ArgumentParser
import Cosmo
import Foundation
import Logging
import MultibrandServer

/// `multibrand doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the set-up before you go live, with advice for each finding.",
        discussion: """
            Looks at the configuration, the database, secrets, ports, clocks, and Cosmo: token, active partnerships, \
            required fields, plugins. Reports every wrong setting, and skips only the checks that depend on one. Reads \
            only, unless --issue asks for one small issue, which is read back by id and by \
            reference. Exit code \(ExitStatus.violations.rawValue) when something fails.

            EXAMPLES
              multibrand doctor --config multibrand.json
              multibrand doctor --validate prg_sky --account destinationUserId=SK-100200
              multibrand doctor --issue prg_sky --account destinationUserId=SK-100200
              multibrand doctor --settings > docs/configuration.md
            """)

    @OptionGroup var service: ServiceOptions
    @Option(name: .customLong("validate"), help: "Ask Cosmo whether this program knows the --account.")
    var validating: String?
    @Option(
        help: "Issue a little to the --account with this program, after asking; in production these are real points.")
    var issue: String?
    @Option(
        name: .customLong("account"),
        help: "A field of the member's account, as name=value; may be given several times."
    )
    var accountFields: [String] = []
    @Option(help: "How much --issue issues, in whole units; the least allowed when left out.") var value: Int64?
    @Option(help: "The currency of --value, or POINTS; the organisation's own when left out.") var currency: String?
    @Flag(help: "Do not ask before --issue.") var yes = false
    @Flag(help: "Print the table of settings and exit.") var settings = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if validating != nil || issue != nil {
            guard !accountFields.isEmpty else {
                throw ValidationError("name the member's account: --account destinationUserId=...")
            }
        } else if !accountFields.isEmpty {
            throw ValidationError("name the program of this account: --validate PROGRAM or --issue PROGRAM")
        }
        // Asked here rather than after every other check, and never in the middle of JSON.
        if issue != nil, !yes, json || isatty(STDIN_FILENO) != 1 {
            throw ValidationError("--issue cannot be undone: run it on a terminal without --json, or give --yes")
        }
        _ = try account()
        if let value, value < 1 { throw ValidationError("--value must be at least 1") }
    }

    func run() async throws {
        if settings {
            print(Settings.markdown, terminator: "")
            return
        }
        bootstrapLogging(level: .error, isJSON: false)
        let report = DoctorReport(isJSON: json)
        if let (configuration, faulty) = await load(report) {
            var plugins: [String: String]?
            if faulty.allows("database", needing: ["database"], report) {
                let chosen = try await service.database(refusesUnknown: false)
                plugins = await DatabaseCheck(configuration: configuration, chosen: chosen, report: report).run()
            }
            await SetupCheck(configuration: configuration, faulty: faulty, report: report).run()
            if faulty.allows("Cosmo", needing: ["cosmo"], report) {
                try await askCosmo(configuration, plugins, report)
            }
        }
        try report.finish()
        if report.failures > 0 { throw ExitStatus.violations.code }
    }

    /// Reads the configuration and reports everything that is wrong with it.
    ///
    /// - Returns: Nil when the file cannot be read: then nothing else can be checked.
    private func load(_ report: DoctorReport) async -> (ServiceConfiguration, FaultySettings)? {
        do {
            let (configuration, problems) = await ServiceConfiguration.read(
                try await service.reader(refusesUnknown: false))
            if problems.isEmpty { report.add(.ok("configuration", "every setting can be read")) }
            for problem in problems { report.add(Self.finding(problem)) }
            return (configuration, FaultySettings(problems))
        } catch let error as ConfigurationError {
            for problem in error.problems { report.add(Self.finding(problem)) }
        } catch {
            report.add(Self.finding(SettingProblem(setting: "settings", problem: "cannot be read: \(error)")))
        }
        return nil
    }

    static func finding(_ problem: SettingProblem) -> DoctorFinding {
        .failure(
            "configuration", problem.description,
            remedy: problem.remedy ?? "`multibrand doctor --settings` lists every setting and what it may be")
    }

    private func askCosmo(
        _ configuration: ServiceConfiguration, _ plugins: [String: String]?, _ report: DoctorReport
    ) async throws {
        let client: CosmoClient
        do {
            client = try CosmoClient(
                configuration: configuration.cosmo, logger: Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() })
        } catch {
            report.add(.failure("Cosmo configuration", error.description, remedy: "correct the setting it names"))
            return
        }
        do {
            try await ask(client, plugins, configuration.webhook.signature.ageMax, report)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private func ask(
        _ client: CosmoClient, _ plugins: [String: String]?, _ ageMax: Duration, _ report: DoctorReport
    ) async throws {
        let check = CosmoCheck(client: client, report: report)
        guard let programs = await check.run(plugins: plugins) else { return }
        if let clock = await ClockCheck.cosmo(apiBaseURL: client.configuration.apiBaseURL, ageMax: ageMax) {
            report.add(clock)
        }
        let account = try account()
        if let validating, validating != issue { _ = await check.validate(account, with: validating) }
        guard let issue, await check.validate(account, with: issue) else { return }
        guard let program = programs.first(where: { $0.id == issue }) else {
            report.add(
                .failure(
                    "issuance to \(issue)", "not among the active partnerships",
                    remedy: "name one of those listed above"))
            return
        }
        try await TrialIssuance(
            client: client, report: report, program: program, account: account, value: value, currency: currency,
            confirmed: yes
        ).run()
    }

    /// The account that the options spell.
    private func account() throws -> CosmoAccount {
        var fields: [String: String] = [:]
        for text in accountFields {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, fields.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw ValidationError("--account must read name=value, each name once")
            }
        }
        return CosmoAccount(fields: fields)
    }
}
