import ArgumentParser
import Foundation

/// Asks before what cannot be undone.
///
/// Without a terminal there is nobody to ask, so the command must say `--yes`.
func confirm(_ question: String, yes: Bool) throws {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1 else {
        throw ValidationError("this cannot be undone: run it on a terminal, or give --yes")
    }
    print("\(question) Type yes to go on: ", terminator: "")
    guard readLine()?.lowercased() == "yes" else {
        print("Nothing was changed.")
        throw ExitCode(0)
    }
}
