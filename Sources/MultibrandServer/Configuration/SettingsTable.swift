extension Settings {
    /// docs/configuration.md: every setting in one table.
    package static var markdown: String {
        var text = """
            # Configuration

            One JSON file (`--config FILE`) and the environment; a variable wins over the file. A key of the file that is not in
            this table is refused at start, and so is a `MULTIBRAND_` variable that nothing reads: a misspelt one would be passed over.
            (Variables that Kubernetes makes for a service called `multibrand` are left alone.) Secrets are never printed. This page is written by `multibrand doctor --settings`.

            In the file a dot is a level: `rpc.port` is written as `{"rpc": {"port": 50051}}`. [operations.md](operations.md#first-start) has a
            whole one.

            | setting | variable | value | when left out | meaning |
            |---|---|---|---|---|

            """
        for setting in all {
            let fallback = setting.fallbackText.map { "`\($0)`" } ?? "-"
            let secret = setting.isSecret ? " **Secret.**" : ""
            text +=
                "| `\(setting.key)` | `\(setting.environmentVariable)` | \(setting.valueName) | \(fallback) | \(setting.meaning)\(secret) |\n"
        }
        return text
    }
}
