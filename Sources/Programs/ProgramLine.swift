/// The names of the lines in which changes of programs wait for their rows.
enum ProgramLine {
    /// Changes of all programs.
    static let all = "programs"

    /// Changes of one program.
    static func name(_ programID: String) -> String { "program:\(programID)" }
}
