import Foundation
import Synchronization

/// The findings so far, each printed as it is made unless JSON was asked for.
final class DoctorReport: Sendable {
    private let isJSON: Bool
    private let findings = Mutex<[DoctorFinding]>([])

    init(isJSON: Bool) { self.isJSON = isJSON }

    func add(_ finding: DoctorFinding) {
        findings.withLock { $0.append(finding) }
        if !isJSON { print(finding.text) }
    }

    var failures: Int { count(.failure) }

    func finish() throws {
        guard isJSON else {
            print("\n\(count(.ok)) ok, \(count(.warning)) to look at, \(failures) failed.")
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(findings.withLock { $0 }), as: UTF8.self))
    }

    private func count(_ verdict: DoctorFinding.Verdict) -> Int {
        findings.withLock { $0.count { $0.verdict == verdict } }
    }
}
