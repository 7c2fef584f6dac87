/// What a history may do in one step: how often it does it, and what a whole run must have come to by it.
enum Operation: String, CaseIterable, Sendable {
    case registerCard = "register a card"
    case hear = "hear a connection event"
    case hearAgain = "hear a connection event again"
    case returnToEarlierWord = "return to an earlier word"
    case learnOfAnswer = "learn of an answer"
    case callAsPlatform = "link or remove as a platform"
    case resolveHeld = "resolve a held event"
    case allocate = "allocate shares"
    case checkLinks = "check links"
    case spend = "spend"
    case spendAgain = "spend again"
    case spendOtherwise = "spend with another content"
    case spendAtOnce = "spend several times at once"
    case reachLimit = "earn near the limit"
    case preview = "preview a spend"
    case recordPreviewed = "record as previewed"
    case authorize = "authorise"
    case clear = "clear"
    case reverse = "reverse"
    case configure = "configure a program"
    case settle = "settle parked legs"
    case pauseOrResume = "pause or resume a program"
    case plan = "plan issuances"
    case send = "send issuances"
    case resolve = "read unknown issuances"
    case deliverWebhook = "deliver a transaction webhook"
    case operate = "operate on issuances"
    case reconcile = "compare a day with Cosmo"
    case forget = "forget what was issued"
    case refund = "refund"
    case refundUnnamed = "refund without naming a spend"
    case refundAmiss = "refund amiss"
    case undo = "undo a refund"
    case writeOff = "write off or settle waiting refunds"
    case release = "release held money"
    case letTimePass = "let days pass"

    /// How often it is chosen, in parts of the sum of all.
    var weight: Int64 {
        switch self {
        case .registerCard: 2
        case .hear: 8
        case .hearAgain: 2
        case .returnToEarlierWord: 6
        case .learnOfAnswer: 3
        case .callAsPlatform: 5
        case .resolveHeld: 3
        case .allocate: 3
        case .checkLinks: 4
        case .spend: 17
        case .spendAgain: 2
        case .spendOtherwise: 1
        case .spendAtOnce: 2
        case .reachLimit: 1
        case .preview: 6
        case .recordPreviewed: 7
        case .authorize: 2
        case .clear: 4
        case .reverse: 2
        case .configure: 3
        case .settle: 2
        case .pauseOrResume: 1
        case .plan: 6
        case .send: 6
        case .resolve: 4
        case .deliverWebhook: 6
        case .operate: 2
        case .reconcile: 3
        case .forget: 2
        case .refund: 10
        case .refundUnnamed: 4
        case .refundAmiss: 1
        case .undo: 4
        case .writeOff: 2
        case .release: 6
        case .letTimePass: 3
        }
    }

    private static let sum = allCases.reduce(0) { $0 + $1.weight }

    /// The next one, by weight.
    static func pick(_ random: inout SeededGenerator) -> Operation {
        var place = random.number(0...sum - 1)
        for operation in allCases {
            if place < operation.weight { return operation }
            place -= operation.weight
        }
        return .spend
    }
}
