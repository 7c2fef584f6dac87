extension ErrorWords {
    /// What may be wrong with a change of a preference or of a program.
    static let ofPreferences: [String: ErrorWords] = [
        "CARD_CONFLICT": ErrorWords(
            "the card is registered with different data",
            "find out which data is right; a registered card's data never changes", key: .taken),
        "VERSION_MISMATCH": ErrorWords(
            "another version of the preference is in force than the caller expected",
            "read the preference again, decide again, send the version in force"),
        "NOT_LINKED": ErrorWords("the program is not linked to the card", "link it first"),
        "TOO_MANY_PARTS": ErrorWords(
            "in lowest terms the parts sum to more than 10,000", "use coarser parts"),
        "TOO_MANY_LINKS": ErrorWords("the card has sixteen links already", "remove one first"),
        "MISSING_ACCOUNT_FIELD": ErrorWords(
            "the account lacks a field that the program requires", "ask `GetProgramFields` what it needs"),
        "UNKNOWN_PROGRAM": ErrorWords(
            "the catalogue does not have the program",
            "list the programs; refresh the catalogue if Cosmo has just added it"),
        "UNKNOWN_PLUGIN": ErrorWords("this build has no such plugin", "`ListPlugins` names those it has"),
        "BAD_CONFIGURATION": ErrorWords(
            "the configuration is not JSON, or the plugin refuses it; the message names the place",
            "correct that place; the plugin's README has an example"),
        "CONFORMANCE_FAILED": ErrorWords(
            "with this configuration the plugin breaks its contract; the message names the rule and the input",
            "fix the configuration or the plugin; nothing was changed"),
        "PROGRAM_PAYS_ELSEWHERE": ErrorWords(
            "the program exists, and its points go to a different destination than requested",
            "create a program with another id: the destination is fixed when it is created"),
        "UNKNOWN_CONFIGURATION": ErrorWords(
            "the program has no such configuration version, or this build lacks the plugin version it names",
            "run the build that has it; decisions pin what they were made with"),
        "UNKNOWN_INBOX_ENTRY": ErrorWords(
            "no delivery has this number, or it left no connection event", "`ListInbox` lists the deliveries"),
        "WRONG_STATUS": ErrorWords(
            "it is not in the required state: nothing is held, or the issuance is not parked or unknown",
            "read it again: it may have been resolved in the meantime"),
    ]
}
