import Audit
import Cosmo
import Foundation
import PostgreSQL
import Testing

@testable import multibrand

@Suite("Doctor tells sound from unsound, and says what to do")
struct DoctorFindingTests {
    @Test(
        "a clock may be off by what cannot be measured; webhooks are in danger at their age limit",
        arguments: [
            (Duration.milliseconds(3), DoctorFinding.Verdict.ok), (.milliseconds(-3), .ok), (.seconds(1), .ok),
            (.seconds(3), .warning),
            (.seconds(-3), .warning), (.seconds(299), .warning), (.seconds(301), .failure), (.seconds(-4000), .failure),
        ])
    func clock(_ ahead: Duration, _ verdict: DoctorFinding.Verdict) {
        let finding = ClockCheck.finding("clock", ahead: ahead, within: .milliseconds(5), ageMax: .seconds(300))
        #expect(finding.verdict == verdict)
        #expect((finding.remedy == nil) == (verdict == .ok))
    }

    @Test("an HTTP date is read in its one form")
    func httpDate() {
        #expect(ClockCheck.date("Sun, 06 Nov 1994 08:49:37 GMT") == Date(timeIntervalSince1970: 784_111_777))
        #expect(ClockCheck.date("1994-11-06T08:49:37Z") == nil)
    }

    @Test(
        "a webhook secret must not be guessable",
        arguments: [
            (16, DoctorFinding.Verdict.warning), (31, .warning), (32, .ok), (64, .ok),
        ])
    func secrets(_ bytes: Int, _ verdict: DoctorFinding.Verdict) {
        #expect(SetupCheck.secret(named: "main", bytes: bytes)?.verdict == verdict)
    }

    @Test("what is read back must be what was issued, as far as Cosmo tells")
    func readBack() {
        let account = CosmoAccount(userID: "SK-1")
        let request = CosmoIssuanceRequest(
            programID: "prg", value: 1, currency: "USD", account: account, referenceNumber: "doctor-1")
        let answer = CosmoIssuanceAnswer(id: "t-1", totalPoints: 10)
        func differences(_ transaction: CosmoTransaction) -> [String] {
            TrialIssuance.differences(transaction, request, answer)
        }
        #expect(differences(CosmoTransaction(id: "t-1")).isEmpty)
        #expect(
            differences(
                CosmoTransaction(
                    id: "t-1", referenceNumber: "doctor-1", totalPoints: 10, programID: "prg", account: account)
            ).isEmpty)
        #expect(
            differences(
                CosmoTransaction(
                    id: "t-2", referenceNumber: "doctor-2", totalPoints: 11, programID: "other",
                    account: CosmoAccount(userID: "SK-2")))
                == ["id", "referenceNumber", "totalPoints", "programId", "destinationAccount"])
    }

    @Test("a finding is one line, with what to do below it, and no terminal commands")
    func text() {
        let finding = DoctorFinding.failure("database", "gone\u{1B}[2J", remedy: "start it")
        #expect(finding.text == "FAIL  database: gone\\u{1b}[2J\n      -> start it")
    }
}
