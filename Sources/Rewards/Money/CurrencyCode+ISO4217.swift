extension CurrencyCode {
    /// The active codes of ISO 4217 (list one, with its funds codes) by the digits of their minor unit.
    ///
    /// Codes whose minor unit is "not applicable" (metals, SDR, test) are absent, since no card purchase is made in
    /// them. `ANG` and `BGN` left the list in 2025 and 2026; late clearings and refunds still carry them.
    private static let codesByExponent: [(exponent: UInt8, codes: String)] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (
            2,
            """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF \
            CHE CHF \
            CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL \
            HTG HUF \
            IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR \
            MWK MXN \
            MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
            SLE SOS \
            SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER \
            ZAR ZMW \
            ZWG
            """
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ]

    private static let unknown: UInt8 = 0xFF

    /// One byte for each of the 26 × 26 × 26 possible codes.
    private static let exponents: [UInt8] = {
        var table = [UInt8](repeating: unknown, count: 26 * 26 * 26)
        for (exponent, codes) in codesByExponent {
            for code in codes.split(separator: " ") {
                let letters = Array(code.utf8)
                if let index = index(letters[0], letters[1], letters[2]) { table[index] = exponent }
            }
        }
        return table
    }()

    /// Every code of the table in alphabetical order, for documentation and tests.
    public static var all: [CurrencyCode] {
        codesByExponent.flatMap { $0.codes.split(separator: " ") }.sorted().compactMap { try? CurrencyCode($0) }
    }

    static func exponent(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt8? {
        guard let index = index(first, second, third) else { return nil }
        let exponent = exponents[index]
        return exponent == unknown ? nil : exponent
    }

    private static func index(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int? {
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        guard letters.contains(first), letters.contains(second), letters.contains(third) else { return nil }
        return (Int(first - letters.lowerBound) * 26 + Int(second - letters.lowerBound)) * 26
            + Int(third - letters.lowerBound)
    }
}
