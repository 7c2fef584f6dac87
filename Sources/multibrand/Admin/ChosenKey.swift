/// The key that a command shows to the service, and what chose it.
struct ChosenKey {
    let key: String
    /// The option, variable or stack that gives it, as words.
    let origin: String

    /// Takes the first key there is, in the order of the help.
    ///
    /// - Returns: Nil when no key is given.
    init?(option: String?, environment: [String: String], left: StackConnection?) {
        if let option {
            (key, origin) = (option, "--key")
        } else if let variable = environment["MULTIBRAND_KEY"] {
            (key, origin) = (variable, "MULTIBRAND_KEY")
        } else if let left {
            (key, origin) = (left.key, "the stack that `multibrand dev` runs in this directory")
        } else {
            return nil
        }
    }

    /// What to tell a caller whose key, or lack of one, the service refused.
    static func refusal(_ message: String, of chosen: ChosenKey?) -> String {
        let remedy =
            "A key is taken from --key, from MULTIBRAND_KEY, or from a stack that `multibrand dev` runs in this "
            + "directory. For a stack of `multibrand dev`, run `multibrand admin clients create NAME --role operator` "
            + "in its directory. For any other service, ask one of its operators to run that command."
        guard let chosen else { return "the service requires a key, and none was given [UNAUTHENTICATED]. \(remedy)" }
        return "the key from \(chosen.origin) was refused: \(message) [UNAUTHENTICATED]. \(remedy)"
    }
}
