import Foundation
import Rewards
import Testing

@testable import MultibrandServer
@testable import multibrand

@Suite("Every error says what happened")
struct ErrorTableTests {
    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("docs/errors.md is the table of errors")
    func page() throws {
        let page = try String(contentsOf: Self.root.appendingPathComponent("docs/errors.md"), encoding: .utf8)
        #expect(page == ErrorTableText.markdown, "run: multibrand errors --markdown > docs/errors.md")
    }

    @Test("every reason that the code gives has a row with words")
    func words() {
        for row in ErrorTable.rows {
            #expect(!row.meaning.isEmpty && !row.remedy.isEmpty, "\(row.reason) of \(row.givers) has no words")
            #expect(!row.outcomes.isEmpty, "\(row.reason)")
            #expect(!(row.meaning + row.remedy).contains("|"), "\(row.reason) breaks the page's table")
        }
    }

    @Test("every row is of a reason that the code gives")
    func given() {
        let given = Set(ErrorTable.rows.map(\.reason))
        #expect(ErrorTable.described.subtracting(given).sorted() == [])
    }

    @Test("no two rooms give one reason different kinds")
    func kinds() {
        var first: [String: (giver: String, kind: FaultKind)] = [:]
        for source in ErrorTable.sources {
            for (reason, kind) in source.reasons {
                let known = first[reason] ?? (source.giver, kind)
                #expect(known.kind == kind, "\(reason): \(known) and \(source.giver) \(kind)")
                first[reason] = known
            }
        }
    }

    @Test("a list of reasons names each once, in capitals")
    func shape() {
        for source in ErrorTable.sources {
            let reasons = source.reasons.map(\.reason)
            #expect(Set(reasons).count == reasons.count, "\(source.giver)")
            for reason in reasons { #expect(reason.wholeMatch(of: /[A-Z][A-Z_]*[A-Z]/) != nil, "\(reason)") }
        }
    }

    @Test("an outcome that may be unknown never leaves the key free")
    func keys() {
        for row in ErrorTable.rows {
            #expect((row.key == .unknown) == row.outcomes.contains(.unknown), "\(row.reason)")
            // What is there already in these was not made under the call's own key.
            let isOfAnotherKey = ["TRANSACTION_ID_TAKEN", "REDEMPTION_ALREADY_EXISTS", "ALREADY_IN_BOOKS"].contains(
                row.reason)
            #expect((row.key == .taken) == (row.kind == .alreadyExists && !isOfAnotherKey), "\(row.reason)")
        }
    }

    @Test("every reason that proto/ names has a row")
    func contract() throws {
        let folder = Self.root.appendingPathComponent("proto/multibrand/v1")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".proto") }
        #expect(files.count >= 5)
        var named = 0
        for file in files {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            for reason in ProtoReasons.named(in: text) {
                named += 1
                #expect(ErrorTable.row(reason) != nil, "\(file) names \(reason)")
            }
        }
        #expect(named > 80)
    }

    @Test("reasons are found in comments, wherever a sentence goes on, and nothing else is taken for one")
    func scanner() {
        let text = """
            // Records it. Reasons: UNKNOWN_CARD, SPEND_CONFLICT (same spend_id, other
            // content), and at any time TIME_LIMIT (too late).
            rpc RecordSpend(A) returns (B);
            // Compared with NOT_A_REASON elsewhere.
            rpc GetSpend(A) returns (B);
            // Refused otherwise: PREVIEW_CHANGED (names it), BAD_TOKEN.
            string token = 1;
            """
        #expect(
            ProtoReasons.named(in: text) == [
                "UNKNOWN_CARD", "SPEND_CONFLICT", "TIME_LIMIT", "PREVIEW_CHANGED", "BAD_TOKEN",
            ]
        )
    }
}

/// Reads the reasons that a contract's comments name.
enum ProtoReasons {
    /// The words in capitals after "Reasons" or "refused" in each run of comment lines.
    static func named(in text: String) -> [String] {
        var reasons: [String] = []
        var comment = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("//") {
                comment += trimmed.dropFirst(2)
                continue
            }
            if let start = comment.firstMatch(of: /[Rr]easons|[Rr]efused/)?.range.upperBound {
                reasons += comment[start...].matches(of: /\b[A-Z]+(?:_[A-Z]+)+\b|\bUNAUTHENTICATED\b|\bINTERNAL\b/)
                    .map { String($0.output) }
            }
            comment = ""
        }
        return reasons
    }
}
