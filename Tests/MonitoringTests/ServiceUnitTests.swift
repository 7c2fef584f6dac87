import Foundation
import Testing

@Suite("The systemd unit")
struct ServiceUnitTests {
    private static let file = "monitoring/multibrand.service"

    @Test("is understood by systemd and leaves the service little to harm, where systemd can say so")
    func analyzed() throws {
        let text = try MonitoringFiles.text(Self.file)
        // It names the place of the installed executable, which is not there yet.
        let installed = text.replacing("/usr/local/bin/multibrand", with: "/bin/true")
        #expect(installed != text)
        guard let systemd = Tool.find("systemd-analyze") else { return }
        try MonitoringFiles.withDirectory { directory in
            let unit = directory.appendingPathComponent("multibrand.service")
            try installed.write(to: unit, atomically: true, encoding: .utf8)
            let verified = try systemd.run("verify", unit.path)
            #expect(verified.status == 0 && verified.output.isEmpty, "\(verified.output)")
            // The exposure is counted in tenths, from 0 to 100.
            let judged = try systemd.run("security", "--offline=true", "--threshold=20", "--no-pager", unit.path)
            #expect(judged.status == 0, "\(judged.output)")
        }
    }

    @Test("promises systemd no notice that the service does not give, and gives it the open files it needs")
    func type() throws {
        let text = try MonitoringFiles.text(Self.file)
        #expect(text.contains("\nType=exec\n") && !text.contains("\nWatchdogSec="))
        #expect(text.contains("\nLimitNOFILE=40000\n"))
    }
}
