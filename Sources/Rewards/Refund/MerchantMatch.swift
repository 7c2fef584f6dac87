/// Whether a spend was at the merchant that a refund comes from.
///
/// Names are compared without regard to the case of ASCII letters and to the number of spaces, which platforms vary; the
/// comparison is of bytes otherwise, so that it is the same on every machine. A name that either side lacks leaves the
/// merchant category code to decide.
struct MerchantMatch {
    private let name: [UInt8]
    private let categoryCode: String

    init(_ clues: RefundClues) {
        name = Self.normalised(clues.merchantName)
        categoryCode = clues.merchantCategoryCode
    }

    func isSameMerchant(_ spend: OpenSpend) -> Bool {
        let other = Self.normalised(spend.merchantName)
        return name.isEmpty || other.isEmpty ? isSameCategory(spend) : name == other
    }

    func isSameCategory(_ spend: OpenSpend) -> Bool {
        !categoryCode.isEmpty && ExactText(categoryCode) == ExactText(spend.merchantCategoryCode)
    }

    private static func normalised(_ name: String) -> [UInt8] {
        let space = UInt8(ascii: " ")
        var bytes: [UInt8] = []
        for byte in name.utf8 where byte != space || bytes.last.map({ $0 != space }) == true {
            bytes.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte)
        }
        if bytes.last == space { bytes.removeLast() }
        return bytes
    }
}
