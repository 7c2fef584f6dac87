import Rewards
import Testing

@Suite("Whether two descriptors are of one merchant")
struct MerchantNameTests {
    /// Whether a refund at one name takes the spend at the other.
    private static func isSame(_ refund: String, _ spend: String) -> Bool {
        let clues = RefundClues(
            amountMinor: 500, merchantCategoryCode: "", merchantName: refund, occurredAtMicros: 1, authorizationID: nil)
        let candidate = OpenSpend(
            spendID: "s", amountMinor: 500, openMinor: 500, merchantCategoryCode: "", merchantName: spend,
            occurredAtMicros: 0, authorizationID: nil)
        let policy = AttributionPolicy(rules: [.sameMerchantAndAmount])
        return RefundAttribution(clues, candidates: [candidate], policy: policy).rule != nil
    }

    static let same: [(String, String)] = [
        // Case, in every script that has it.
        ("MÜLLER DROGERIE", "Müller Drogerie"), ("STRAUSS GASSE", "Strauß Gasse"), ("STRAUẞ GASSE", "strauss gasse"),
        ("ΤΑΒΈΡΝΑ ΝΊΚΟΣ", "Ταβέρνα νίκος"), ("ПЕКАРНЯ ЛЁН", "Пекарня Лён"), ("DIŞ TİCARET", "dış ticaret"),
        ("İZMİR MARKET", "izmir market"), ("CAFÉ ÉLAN", "café élan"), ("ǄUNGLA", "ǅungla"),
        // Canonical and compatible forms.
        ("Cafe\u{301} Zoe\u{308}", "Café Zoë"), ("ＨＡＲＵ　ＴＥＡ", "Haru Tea"), ("ﾊﾙｼｮｳﾃﾝ ｶﾞｰﾃﾞﾝ", "ハルショウテン ガーデン"),
        ("ﬁnn's ﬂowers", "Finn's Flowers"), ("Soft\u{AD}ware Barn", "Software Barn"), ("H²O Spa", "H2O Spa"),
        // White space and punctuation.
        ("Corner   Shop", " corner shop "), ("Corner\u{A0}Shop", "Corner\tShop"), ("BEAN-AND-LEAF", "Bean and Leaf"),
        ("Bob's Burgers", "BOB’S BURGERS"), ("BOBS BURGERS", "Bob's Burgers"), ("A&Z Tools", "A & Z TOOLS"),
        ("korner.example", "KORNER EXAMPLE"), ("Nova™ Optics", "NOVA OPTICS"), ("...Dot, Dash...", "dot dash"),
        ("www.lampenhaus.example", "LAMPENHAUS EXAMPLE"),
        // A payment facilitator before the star.
        ("SQ *BLUE KETTLE", "Blue Kettle"), ("SQ *BLUE KETTLE", "sq*blue kettle"), ("PAYPAL *LAMPENHAUS", "Lampenhaus"),
        ("TST* TACO NORTE", "TACO NORTE"), ("Zettle_*Kaffi Hus", "KAFFI HUS"),
        ("PAYPAL *SQ *BLUE KETTLE", "BLUE KETTLE"),
        ("SP * WOOLWORKS", "PAYPAL *WOOLWORKS"), ("PP*9LIVES", "PAYPAL *9LIVES"),
        // An order's reference behind it.
        ("AMZN Mktp US*2K4", "AMZN Mktp US"), ("AMZN MKTP US*M44XY1QZ3", "Amzn Mktp US*2K4AB12"),
        ("AMZN Mktp US*M44XY1QZ3 Amzn.com/bill WA", "AMZN MKTP US"), ("VELODROM.EXAMPLE*8812", "velodrom.example"),
        // Shop numbers.
        ("KORNER BAKERY #1234", "Korner Bakery"), ("KORNER BAKERY # 7", "KORNER BAKERY #12"),
        ("KORNER BAKERY STORE 0042", "Korner Bakery"), ("KORNER BAKERY STORE #42", "KORNER BAKERY 10442"),
        ("APPLE TREE STORE 0042", "Apple Tree Store"), ("APPLE TREE STORE 17", "APPLE TREE"),
        ("MÜLLER DROGERIE FIL. 203", "Müller Drogerie"), ("PETROL NORD 57442", "PETROL NORD 57443"),
        ("PETROL NORD 0042 1234567", "PETROL NORD"), ("LUNCHBOX F10442", "Lunchbox"), ("LUNCHBOX NR 1001", "LUNCHBOX"),
        ("KORNER BAKERY 423", "Korner Bakery"), ("7-UP-TOWN 35112", "7 Up Town"), ("LUNCHBOX 007", "Lunchbox 031"),
        // Places that are separated.
        ("MÜLLER DROGERIE      BERLIN        DE", "Müller Drogerie"), ("BLUE KETTLE, SEATTLE WA", "Blue Kettle"),
        ("BLUE KETTLE\\12 MAIN ST\\SEATTLE\\98101 USA", "blue kettle"), ("BLUE KETTLE  US", "Blue Kettle"),
        ("BLUE KETTLE #1234 SEATTLE WA", "BLUE KETTLE"), ("SQ *BLUE KETTLE #1234  SEATTLE  WA", "Blue Kettle"),
        ("HOTEL AURORA, PARIS, FR", "HOTEL AURORA   PARIS   FR"), ("HOTEL AURORA PARIS FR", "Hotel Aurora, Paris, FR"),
        // Names of signs only.
        ("***", " * * *"), ("🍕🍕", "🍕 🍕"),
    ]

    static let different: [(String, String)] = [
        ("Corner Shop", "Cornershop"), ("Müller Drogerie", "Möller Drogerie"), ("Muller Drogerie", "Müller Drogerie"),
        ("Strauss", "Straus"), ("Café Élan", "Café Elan Vital"), ("Blue Kettle", "Blue"), ("The Rapist", "Therapist"),
        ("ハハ", "ババ"), ("🍕", "🍔"), ("+", "-"),
        // Numbers that are names.
        ("STUDIO 54", "STUDIO 55"), ("STUDIO 54", "STUDIO"), ("FOREVER 7", "FOREVER 8"), ("MOTEL 6", "MOTEL 9"),
        ("LOUNGE 360", "LOUNGE 180"), ("GIN BAR NO 5", "GIN BAR NO 6"), ("KAISER STR 12", "KAISER STR 14"),
        ("3 BROTHERS", "4 BROTHERS"), ("1234", "5678"), ("1234 5678", "1234 9999"), ("7 ELEPHANTS", "ELEPHANTS"),
        ("SHOP 24", "SHOP 7"), ("H2O SPA", "H3O SPA"),
        // One facilitator, two merchants.
        ("SQ *BLUE KETTLE", "SQ *RED KETTLE"), ("PAYPAL *2K4", "PAYPAL *9XY"), ("PAYPAL *LAMPENHAUS", "PAYPAL"),
        ("PP*9LIVES", "PP*8LIVES"), ("SQ *", "PAYPAL *"),
        // A star between a brand and its services.
        ("RIDER *TRIP", "RIDER *EATS"), ("RIDER *TRIP", "RIDER"), ("ORBIT *F1 TV", "ORBIT *G2 TV"),
        ("ORBIT *7 MINUTE YOGA", "ORBIT *9 MINUTE YOGA"), ("RIDER *TRIP", "ZEPHYR *TRIP"),
        ("AMZN Mktp US*2K4", "AMZN Mktp DE*2K4"),
        // Places that differ, and ends that are no places.
        ("COFFEE CORNER  BERLIN  DE", "COFFEE CORNER  PARIS  FR"),
        ("BLUE KETTLE, SEATTLE WA", "BLUE KETTLE, PORTLAND OR"),
        ("BLUE KETTLE #1234 SEATTLE WA", "BLUE KETTLE #1234 PORTLAND OR"), ("HOTEL AURORA", "HOTEL AURORA PALACE"),
        ("SMITH, KG", "SMITH"), ("NORD AG", "NORD"), ("TEA IN", "TEA"), ("SHOP #1 FOR SHOES", "SHOP #1 FOR HATS"),
        ("STORE 0042", "STORE 0043"), ("SHOP 1001", "SHOP 1002"),
    ]

    @Test("what platforms vary and acquirers add makes no difference", arguments: same)
    func sameMerchant(refund: String, spend: String) {
        #expect(Self.isSame(refund, spend))
        #expect(Self.isSame(spend, refund))
        #expect(Self.isSame(refund, refund) && Self.isSame(spend, spend))
    }

    @Test("two merchants are never taken for one", arguments: different)
    func otherMerchant(refund: String, spend: String) {
        #expect(!Self.isSame(refund, spend))
        #expect(!Self.isSame(spend, refund))
        #expect(Self.isSame(refund, refund) && Self.isSame(spend, spend))
    }

    @Test("any text is the same as itself in other case, and comparing is symmetric", arguments: 0..<40)
    func anyText(round: Int) {
        let pieces = [
            "SQ *", "PAYPAL*", "Müller", "ß", "é", "e\u{301}", "#12", "# ", "0042", "STORE ", "  ", ", ", "\\", "DE",
            "us",
            "ﾊﾞ", "Ａ", "🍕", "\u{200D}", "*", "'", "7", "x9", "\u{307}", "İ", "\t", "",
        ]
        for step in 0..<200 {
            var random = Seeded(UInt64(910_000 + round * 1000 + step))
            func text() -> String {
                (0..<random.int(0...7)).map { _ in pieces[random.int(0...(pieces.count - 1))] }.joined()
            }
            let (left, right) = (text(), text())
            #expect(Self.isSame(left, right) == Self.isSame(right, left), "\(left) | \(right)")
            if Self.isSame(left, left) {
                #expect(Self.isSame(left, left.lowercased()), "\(left)")
                #expect(Self.isSame(left, left.uppercased()), "\(left)")
            }
        }
    }
}
