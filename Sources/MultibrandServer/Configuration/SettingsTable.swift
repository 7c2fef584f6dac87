extension Settings {
    /// docs/configuration.md: every setting in one table.
    package static var markdown: String {
        var text = """
            # Configuration

            Settings come from one JSON file (`--config FILE`) and from the environment; a variable takes precedence \
            over the file. The
            service refuses to start if the file has a key that is not in this table, or if there is an unknown \
            `MULTIBRAND_` variable,
            since it may be misspelt. (Variables that Kubernetes sets for a service called `multibrand` are ignored.) \
            Secrets are never
            printed. `multibrand doctor --settings` generates this page.

            In the file a dot is a level: `rpc.port` is written as `{"rpc": {"port": 50051}}`. \
            [operations.md](operations.md#first-start) has a
            complete example.

            | setting | variable | value | default | meaning |
            |---|---|---|---|---|

            """
        for setting in all {
            let fallback = setting.fallbackText.map { "`\($0)`" } ?? "-"
            let secret = setting.isSecret ? " **Secret.**" : ""
            text +=
                "| `\(setting.key)` | `\(setting.environmentVariable)` | \(setting.valueName) | \(fallback) | "
                + "\(setting.meaning)\(secret) |\n"
        }
        return text
    }
}
