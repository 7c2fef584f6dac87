import PostgreSQL
import Rewards

/// The rule for program ids: what a weight vector's text can hold unambiguously.
enum ProgramIDRule {
    static func check(_ programID: String) -> Bool {
        (try? WeightVector([(programID: programID, parts: 1)])) != nil
    }
}
