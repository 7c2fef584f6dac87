import Admission
import MultibrandServer
import Testing

@testable import multibrand

@Suite("doctor says what the limit of open files allows")
struct OpenFilesFindingTests {
    private func finding(soft: Int, hard: Int) async throws -> DoctorFinding {
        let reader = try await SettingsReader(
            file: nil, environment: [:], overrides: [Settings.Webhook.secrets.key: "a:\(String(repeating: "x", count: 32))"])
        return SetupCheck.openFiles(
            try await ServiceConfiguration(reader), limit: DescriptorLimit(soft: soft, hard: hard))
    }

    @Test("enough for every door is well")
    func enough() async throws {
        let finding = try await finding(soft: 1_024, hard: 1_048_576)
        #expect(finding.verdict == .ok)
        #expect(finding.found.contains("10000 at rpc, 10000 at http"), "\(finding.found)")
    }

    @Test("fewer than configured is a warning with the number it takes")
    func short() async throws {
        let finding = try await finding(soft: 1_024, hard: 1_024)
        #expect(finding.verdict == .warning)
        #expect(finding.remedy?.contains("LimitNOFILE") == true)
        #expect(finding.remedy?.contains("to 20") == true, "\(finding.remedy ?? "")")
    }

    @Test("too few to open a door is a failure")
    func tooFew() async throws {
        #expect(try await finding(soft: 64, hard: 64).verdict == .failure)
    }
}
