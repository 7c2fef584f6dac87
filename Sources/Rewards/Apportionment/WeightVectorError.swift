/// Why shares do not make a weight vector.
public enum WeightVectorError: String, ReasonedError {
    /// More than 16 programs.
    case tooManyPrograms = "SHARES_TOO_MANY"
    /// A program id is empty, over 64 bytes, or holds a space, colon, comma, quote or a byte outside printable ASCII.
    case programIDInvalid = "PROGRAM_ID_INVALID"
    /// A share has zero or negative parts.
    case partsNotPositive = "SHARE_PARTS_NOT_POSITIVE"
    /// One program has two shares.
    case programRepeated = "SHARE_PROGRAM_REPEATED"
    /// In lowest terms the parts sum to more than 10,000.
    case partsTooFine = "SHARES_TOO_FINE"
    /// A stored text is not the canonical text of a vector.
    case textNotCanonical = "SHARES_TEXT_NOT_CANONICAL"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What is allowed, for people.
    public var description: String {
        switch self {
        case .tooManyPrograms: "too many programs: a card may share its rewards between at most 16"
        case .programIDInvalid:
            "a program id must be 1 to 64 printable ASCII bytes without space, colon, comma or quote"
        case .partsNotPositive: "each share must have at least 1 part: delink the program instead of giving it nothing"
        case .programRepeated: "a program appears twice: give each program one share"
        case .partsTooFine: "the parts in lowest terms sum to more than 10000: use whole parts of at most 10000 in all"
        case .textNotCanonical: "the stored shares are not in canonical form"
        }
    }
}
