import Cosmo
import Rewards

extension IssuanceRecord {
    /// Whether what a sender would send follows from what was planned: the value from the quantity and the unit it was
    /// planned in, that unit from the configuration, the currency from what the quantity counts; and the digest
    /// over all that was decided then fits.
    ///
    /// A row that was changed by hand, or planned while another unit of value was configured, must not become points
    /// that nobody earned: what is issued cannot be taken back (I-7).
    func isAsPlanned(valueUnit: CosmoValueUnit) -> Bool {
        guard sentValue > 0, !account.isEmpty, let unitMicro = unitMicro(valueUnit),
            sentUnitMicro.map({ $0 == unitMicro }) ?? true, plannedDigest.map({ $0 == digest(unitMicro) }) ?? true
        else { return false }
        let (micro, overflow) = sentValue.multipliedReportingOverflow(by: unitMicro)
        return !overflow && micro == quantityMicro
    }

    private func digest(_ unitMicro: Int64) -> [UInt8] {
        PlannedDigest.of(
            positionKey, referenceNumber: referenceNumber, quantityMicro: quantityMicro, sentValue: sentValue,
            sentUnitMicro: unitMicro, sentCurrency: sentCurrency, account: account, plannedAt: createdAt)
    }

    /// Millionths of the unit in one of the value sent; nil when the currency is none that such a quantity is sent in.
    private func unitMicro(_ valueUnit: CosmoValueUnit) -> Int64? {
        switch unit {
        case .points:
            return sentCurrency == CosmoIssueRequest.pointsCurrency ? MicroPoints.perPoint : nil
        case .value:
            guard let currency = try? CurrencyCode(sentCurrency),
                let minorUnits = valueUnit.minorUnitsPerUnit(exponent: currency.minorDigits)
            else { return nil }
            let (micro, overflow) = minorUnits.multipliedReportingOverflow(by: 1_000_000)
            return overflow ? nil : micro
        }
    }
}
