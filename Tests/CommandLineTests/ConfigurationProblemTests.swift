import MultibrandServer
import Testing

@testable import multibrand

@Suite("Everything that is wrong with the settings is found at once")
struct ConfigurationProblemTests {
    private static let secret = "a-password-of-the-database"

    @Test("each setting has one problem, with its value, where it comes from and what to do; no secret is shown")
    func allAtOnce() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write(
                "c.json",
                """
                {"rpc": {"port": 70000, "prot": 1}, "spending": {"refused": "keep", "lanes": 0},
                 "webhook": {"secrets": "no-colon-in-this"}}
                """)
            let reader = try await SettingsReader(
                file: file,
                environment: [
                    "MULTIBRAND_LOG_LEVEL": "loud", "MULTIBRAND_DATABASE_POOL_SIZE": "many",
                    "MULTIBRAND_DATABASE_URL": "postgresql://u:\(Self.secret)@h/d", "MULTIBRAND_HTTP_PRT": "1",
                ], refusesUnknown: false)
            let (_, problems) = await ServiceConfiguration.read(reader)
            #expect(
                Set(problems.map(\.setting)) == [
                    "MULTIBRAND_HTTP_PRT", "rpc.prot", "rpc.port", "spending.refused", "spending.lanes",
                    "webhook.secrets", "log.level", "database.poolSize", "cosmo.apiBaseUrl", "cosmo.clientId",
                    "cosmo.clientSecret",
                ])
            #expect(problems.count == Set(problems.map(\.setting)).count)
            let shown = problems.map { DoctorCommand.finding($0).text }.joined(separator: "\n")
            for words in [
                #"rpc.port must be 0 to 65535 (it is "70000")"#, "correct it in \(file)",
                #"log.level must be one of trace, debug, info, notice, warning, error, critical (it is "loud")"#,
                "correct it in MULTIBRAND_LOG_LEVEL", "set MULTIBRAND_COSMO_CLIENT_ID, or cosmo.clientId",
                "did you mean rpc.port?",
            ] {
                #expect(shown.contains(words), "\(words): \(shown)")
            }
            #expect(!shown.contains(Self.secret) && !shown.contains("no-colon-in-this"))

            let error = await #expect(throws: ConfigurationError.self) {
                try await ServiceConfiguration(reader)
            }
            #expect(error?.problems == problems)
        }
    }

    @Test(
        "a value in the file is what it says: a flag is true or false, and a fraction or a huge number is neither",
        arguments: [
            ("true", true), ("false", false), (#""on""#, true), (#""off""#, false), ("0.5", nil), ("1e30", nil),
            ("[true]", nil), ("7", nil),
        ] as [(String, Bool?)])
    func flags(json: String, value: Bool?) async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("c.json", #"{"wallet": {"enabled": \#(json)}}"#)
            let reader = try await SettingsReader(file: file, environment: [:])
            let (_, problems) = await ServiceConfiguration.read(reader)
            let isWrong = problems.contains { $0.setting == "wallet.enabled" }
            #expect(isWrong == (value == nil))
            if let value { #expect(try await reader.value(Settings.Wallet.enabled) == value) }
        }
    }

    @Test("a file that cannot be read is one problem, beside those of the environment")
    func noFile() async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await SettingsReader(
                file: "/nowhere/c.json", environment: ["MULTIBRAND_HTTP_PRT": "1"], refusesUnknown: false)
        }
        #expect(error?.problems.map(\.setting) == ["MULTIBRAND_HTTP_PRT", "/nowhere/c.json"])
    }

    @Test("a check that depends on a wrong setting is skipped and says so; the others are made")
    func skipped() {
        let faulty = FaultySettings([SettingProblem(setting: "rpc.port", problem: "must be 0 to 65535")])
        let report = DoctorReport(isJSON: true)
        #expect(faulty.allows("HTTP port", needing: ["http"], report))
        #expect(faulty.allows("database", needing: ["database"], report))
        #expect(!faulty.allows("gRPC port", needing: ["rpc"], report))
        #expect(report.failures == 0)
    }

    @Test("a key that was refused, or missing, is answered with where keys come from")
    func keys() {
        let chosen = ChosenKey(option: nil, environment: ["MULTIBRAND_KEY": "secret-key"], left: nil)
        let refused = ChosenKey.refusal("the key is not known", of: chosen)
        #expect(refused.contains("the key from MULTIBRAND_KEY was refused: the key is not known"))
        #expect(!refused.contains("secret-key"))
        let missing = ChosenKey.refusal("", of: ChosenKey(option: nil, environment: [:], left: nil))
        #expect(missing.contains("none was given") && missing.contains("multibrand admin clients create NAME"))
    }

    @Test("a database that cannot be reached is named with host, port and database, without the password")
    func database() {
        let chosen = ChosenDatabase(
            url: "postgresql://u:\(Self.secret)@db.example:5433/books", origin: "MULTIBRAND_DATABASE_URL")
        let words = chosen.unreachable("timeout expired")
        #expect(
            words.hasPrefix(
                "the database cannot be reached: host db.example, port 5433, database books, named by "
                    + "MULTIBRAND_DATABASE_URL."))
        #expect(words.contains("detail: timeout expired") && !words.contains(Self.secret))
    }
}
