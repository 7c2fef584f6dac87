/// A merchant's name as refunds compare it: what platforms vary and what acquirers add makes no difference.
///
/// The rule is in docs/refunds.md. A name has one or more readings, since what is at its end may be an addition or its
/// own; two names are the same merchant's when a reading of one agrees with a reading of the other.
///
/// **Guarantees** A pure function of the text. Comparing is symmetric, and a name that says anything is the same as
/// itself. Names that are the same but for case, canonical or compatible forms, white space and punctuation are always
/// the same.
struct MerchantName: Sendable, Hashable {
    /// One way to read the name.
    struct Reading: Sendable, Hashable {
        /// The words of the merchant, folded, with one space between; compared by canonical equivalence.
        let words: String
        /// What follows them and may be where the shop is.
        var place: String?
        /// Three digits at the end, which may be a shop's number or a part of the name.
        var number: String?

        /// The same words, and no place or number that both have and that differs.
        func agrees(with other: Reading) -> Bool {
            words == other.words && Self.agrees(place, other.place) && Self.agrees(number, other.number)
        }

        private static func agrees(_ left: String?, _ right: String?) -> Bool {
            left == nil || right == nil || left == right
        }
    }

    /// The readings, the plainest first; empty when the name says nothing.
    let readings: [Reading]

    var isEmpty: Bool { readings.isEmpty }

    init(_ text: String) {
        let folded = Self.folded(text)
        let tokens = Self.tokens(folded)
        guard !tokens.isEmpty else {
            // Without a letter or a digit the signs are the name.
            let signs = String(String.UnicodeScalarView(folded.filter { $0 != " " }))
            readings = signs.isEmpty ? [] : [Reading(words: signs)]
            return
        }
        var found = [Reading(words: Self.text(tokens[...]))]
        let (merchant, rest) = Self.withoutIntermediary(tokens)
        for (words, place) in Self.places(merchant, rest) {
            for reading in Self.withoutNumbers(words, place) where !found.contains(reading) { found.append(reading) }
        }
        readings = found
    }

    func isSameMerchant(as other: MerchantName) -> Bool {
        readings.contains { reading in other.readings.contains(where: reading.agrees) }
    }
}

extension MerchantName {
    /// The payment facilitators that put their name and a star before the merchant's.
    static let facilitators = words(
        """
        2checkout 2co adyen afterpay cko clearpay eb fs gosq in iz izettle klarna mollie paypal payu pp py pypl sp \
        spo sq
        square stripe sumup toast tst viva wpy zettle
        """)

    /// The words before a shop's number, however short.
    static let shopWords = words("branch fil filiale loc location magasin outlet site store suc sucursal terminal")

    /// The words that are before a shop's number of three digits or more, and before a shorter one in names.
    static let numberWords = words("no nr num number shop str unit")

    /// Countries and states as descriptors end in them: ISO 3166-1 of two letters, the three-letter codes that are in
    /// use, and the states of North America and Australia.
    static let regions = words(
        """
        ab ad ae af ag ai ak al am ao aq ar as at au aus aut aw ax az ba bb bc bd be bel bf bg bgr bh bi bj bl
        bm bn bo bq br bra bs bt bv bw by bz ca can cc cd cf cg ch che chl chn ci ck cl cm cn co cr ct cu cv cw
        cx cy cyp cz cze dc de deu dj dk dm dnk do dz ec ee eg eh er es esp est et fi fin fj fk fl fm fo fr fra
        ga gb gbr gd ge gf gg gh gi gl gm gn gp gq gr grc gs gt gu gw gy hi hk hkg hm hn hr hrv ht hu hun ia id
        idn ie il im in ind io iq ir irl is isl isr it ita je jm jo jp jpn ke kg kh ki km kn kor kp kr ks kw ky
        kz la lb lc li lk lr ls lt ltu lu lux lv lva ly ma mb mc md me mex mf mg mh mi mk ml mlt mm mn mo mp mq
        mr ms mt mu mv mw mx my mys mz na nb nc nd ne nf ng nh ni nj nl nld nm no nor np nr ns nsw nt nu nv ny
        nz nzl oh ok om on or pa pe pf pg ph phl pk pl pm pn pol pr prt ps pt pw py qa qc qld re ri ro rou rs ru
        rus rw sa sau sb sc sd se sg sgp sh si sj sk sl sm sn so sr srb ss st sv svk svn swe sx sy sz tc td tf
        tg th tha tj tk tl tm tn to tr tt tur tv tw twn tx tz ua ug uk ukr um us usa ut uy uz va vc ve vg vi vic
        vn vt vu wa wf wi ws wv wy ye yt za zaf zm zw
        """)

    /// Those of the regions that are legal forms too, which a comma or a column may precede.
    static let legalForms = words("ab ag as bv co kg nv pa sa sc se sl")

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
