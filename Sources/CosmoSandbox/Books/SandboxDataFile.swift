import Foundation

/// What the sandbox knows: its organisation, its programs and the table of predefined member ids.
///
/// It is a JSON file that can be read again while the sandbox runs, so that the real table can be dropped in.
package struct SandboxDataFile: Sendable, Hashable, Codable {
    /// The organisation's profile, all strings (contract section 4.1).
    package var profile: [String: String]
    /// The programs.
    package var programs: [SandboxProgram]
    /// The predefined member ids.
    package var errors: [SandboxErrorRow]

    /// Makes a data file.
    package init(profile: [String: String], programs: [SandboxProgram], errors: [SandboxErrorRow]) {
        self.profile = profile
        self.programs = programs
        self.errors = errors
    }

    /// Reads a data file.
    ///
    /// **Errors**: `SandboxInputError` that says what to correct.
    package init(path: String) throws {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw SandboxInputError("the data file cannot be read: \(path)")
        }
        do {
            self = try JSONDecoder().decode(SandboxDataFile.self, from: content)
        } catch {
            throw SandboxInputError("the data file is not what the sandbox expects: \(error)")
        }
        if let problem = problems().first { throw SandboxInputError(problem) }
    }

    /// The file's text, for a start of one's own.
    package func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// What is wrong with the content, each as a sentence.
    func problems() -> [String] {
        var problems: [String] = []
        if Set(programs.map(\.id)).count != programs.count { problems.append("two programs have the same id") }
        if Set(errors.map(\.destinationUserId)).count != errors.count {
            problems.append("two rows of the error table have the same destinationUserId")
        }
        for program in programs {
            for text in [program.pricePerPointInLocalCurrency, program.pricePerPoint, program.pricePerPointInUsd]
            where PointConversion.price(text) == nil {
                problems.append("\(program.id): a price is not a positive decimal: \(text)")
            }
            for limit in [program.minAmountOfPoints, program.maxAmountOfPoints, program.minValue, program.maxValue]
            where limit < 0 {
                problems.append("\(program.id): a limit is negative: \(limit)")
            }
        }
        return problems
    }
}
