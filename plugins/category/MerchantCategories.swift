/// The grouping of ISO 18245 merchant category codes, by version.
///
/// A version is never changed once released, since decisions are replayed with it: a correction is a new version.
/// Groups do not overlap.
enum MerchantCategories {
    /// The versions this build holds, oldest first.
    static let versions = ["2026-11"]

    static func table(version: String) -> [MerchantCategory]? {
        version == "2026-11" ? november2026 : nil
    }

    private static let november2026: [MerchantCategory] = [
        // What is not a purchase of goods or services.
        MerchantCategory(name: "CASH", ranges: [6010...6011]),
        MerchantCategory(name: "QUASI_CASH", ranges: [4829...4829, 6050...6051, 6529...6540]),
        MerchantCategory(name: "GAMBLING", ranges: [7800...7802, 7995...7995, 9406...9406]),
        MerchantCategory(name: "FINANCIAL", ranges: [6012...6012, 6211...6211, 6381...6381, 6399...6399]),
        MerchantCategory(name: "INSURANCE", ranges: [5960...5960, 6300...6300]),
        MerchantCategory(
            name: "GOVERNMENT", ranges: [9211...9223, 9311...9311, 9399...9399, 9402...9402, 9405...9405]),
        // Travel.
        MerchantCategory(name: "AIRLINES", ranges: [3000...3350, 4511...4511]),
        MerchantCategory(name: "CAR_RENTAL", ranges: [3351...3500, 7512...7513, 7519...7519]),
        MerchantCategory(name: "LODGING", ranges: [3501...3999, 7011...7012, 7032...7033]),
        MerchantCategory(name: "RAIL", ranges: [4112...4112]),
        MerchantCategory(
            name: "LOCAL_TRANSPORT", ranges: [4111...4111, 4121...4121, 4131...4131, 4784...4784, 4789...4789]),
        MerchantCategory(name: "TRAVEL_AGENCIES", ranges: [4722...4723]),
        MerchantCategory(name: "CRUISES", ranges: [4411...4411]),
        // The household.
        MerchantCategory(
            name: "GROCERIES", ranges: [5411...5411, 5422...5422, 5441...5441, 5451...5451, 5462...5462, 5499...5499]),
        MerchantCategory(name: "DINING", ranges: [5811...5814]),
        MerchantCategory(name: "FUEL", ranges: [5541...5542, 5552...5552, 5983...5983]),
        MerchantCategory(name: "PHARMACY", ranges: [5122...5122, 5912...5912]),
        MerchantCategory(name: "UTILITIES", ranges: [4900...4900]),
        MerchantCategory(name: "TELECOM", ranges: [4812...4816, 4821...4821, 4899...4899]),
        MerchantCategory(name: "DEPARTMENT_STORES", ranges: [5300...5311, 5331...5331, 5399...5399]),
        MerchantCategory(name: "CLOTHING", ranges: [5611...5699]),
        MerchantCategory(name: "HOME", ranges: [5200...5271, 5712...5722]),
        MerchantCategory(name: "ELECTRONICS", ranges: [5732...5735, 5815...5818]),
        MerchantCategory(name: "HEALTH", ranges: [8011...8099]),
        MerchantCategory(name: "EDUCATION", ranges: [8211...8299]),
        MerchantCategory(name: "ENTERTAINMENT", ranges: [7829...7841, 7911...7994, 7996...7999]),
    ]
}
