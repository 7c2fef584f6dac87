import MultibrandServer
import Testing

@Suite("Variables of the environment")
struct EnvironmentVariableTests {
    @Test(
        "one that nothing reads is refused by name, with the one that may be meant",
        arguments: [
            ("MULTIBRAND_RPC_PROT", "did you mean MULTIBRAND_RPC_PORT?"),
            ("MULTIBRAND_DATABSE_URL", "did you mean MULTIBRAND_DATABASE_URL?"),
            ("MULTIBRAND_ADRESS", "did you mean MULTIBRAND_ADDRESS?"),
            ("MULTIBRAND_COSMO_CLIENTID", "did you mean MULTIBRAND_COSMO_CLIENT_ID?"),
            ("MULTIBRAND_SOMETHING_ELSE_ENTIRELY", "nothing reads"),
        ])
    func unknown(_ name: String, _ words: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try EnvironmentVariables.refuseUnknown(in: [name: "a secret", "PATH": "/bin"])
        }
        #expect(error?.setting == name)
        #expect(error?.problem.contains(words) == true)
        #expect(error?.description.contains("a secret") == false)
    }

    @Test("settings, what the commands and the tests read, and what Kubernetes makes are left alone")
    func known() throws {
        var environment = Dictionary(uniqueKeysWithValues: Settings.all.map { ($0.environmentVariable, "x") })
        for name in ["MULTIBRAND_CONFIG", "MULTIBRAND_ADDRESS", "MULTIBRAND_KEY", "MULTIBRAND_TESTS", "MULTIBRANDY"] {
            environment[name] = "x"
        }
        environment["MULTIBRAND_SERVICE_HOST"] = "10.0.0.1"
        environment["MULTIBRAND_SERVICE_PORT_GRPC"] = "50051"
        environment["MULTIBRAND_PORT"] = "tcp://10.0.0.1:50051"
        environment["MULTIBRAND_PORT_50051_TCP_ADDR"] = "10.0.0.1"
        try EnvironmentVariables.refuseUnknown(in: environment)
    }

    @Test("the reader of the settings refuses one before anything is started")
    func reader() async {
        await #expect(throws: ConfigurationError.self) {
            try await SettingsReader(file: nil, environment: ["MULTIBRAND_HTTP_PRT": "1"])
        }
    }

    @Test("a misspelt key of the file is refused with the one that may be meant")
    func key() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.write("c.json", #"{"rpc": {"prot": 1}}"#)
            let error = await #expect(throws: ConfigurationError.self) {
                try await SettingsReader(file: file, environment: [:])
            }
            #expect(error?.problem.contains("did you mean rpc.port?") == true)
        }
    }
}
