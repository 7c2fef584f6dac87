import Access
import MultibrandAPI
import PostgreSQL
import RPC
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// Reports over an environment.
    func registerAnalytics(in routes: inout DoorRoutes) {
        routes.unary("GetWalletSummary", .platform) { (request: Multibrand_V1_GetWalletSummaryRequest, _) in
            let caller = try request.environment.organisation()
            return Multibrand_V1_WalletSummary(try await WalletAnalytics(wallet).summary(by: caller))
        }
        routes.unary("GetOfferAnalytics", .platform) { (request: Multibrand_V1_GetOfferAnalyticsRequest, _) in
            let caller = try request.environment.organisation()
            let offers = try await WalletAnalytics(wallet).offers(by: caller)
            return Multibrand_V1_OfferAnalytics.with { $0.offers = offers.map(Multibrand_V1_OfferAnalytics.Line.init) }
        }
        routes.unary("GetWalletTimeseries", .platform) { (request: Multibrand_V1_GetWalletTimeseriesRequest, _) in
            let caller = try request.environment.organisation()
            let interval: WalletAnalytics.Interval
            switch request.interval {
            case .day: interval = .day
            case .week: interval = .week
            case .month: interval = .month
            case .unspecified, .UNRECOGNIZED: throw InvalidField("interval", "must be DAY, WEEK or MONTH")
            }
            guard request.hasFrom else { throw InvalidField("from", "must be set") }
            guard request.hasTo else { throw InvalidField("to", "must be set") }
            let buckets = try await WalletAnalytics(wallet).timeseries(
                from: try WalletFields.time(request.from, "from"), to: try WalletFields.time(request.to, "to"),
                interval: interval, by: caller)
            return Multibrand_V1_WalletTimeseries.with {
                $0.buckets = buckets.map(Multibrand_V1_WalletTimeseries.Bucket.init)
            }
        }
    }
}

extension Multibrand_V1_WalletSummary {
    fileprivate init(_ summary: WalletSummary) {
        self.init()
        memberCount = summary.memberCount
        pointsMinted = summary.pointsMinted
        pointsSpent = summary.pointsSpent
        completionRate = summary.completionRate.description
        for (status, count) in summary.redemptionCounts { redemptions[status.rawValue] = count }
        redemptionCount = summary.redemptionCount
    }
}

extension Multibrand_V1_OfferAnalytics.Line {
    fileprivate init(_ report: WalletOfferReport) {
        self.init()
        offerID = report.offerID
        signups = report.signups
        completions = report.completions
        cancellations = report.cancellations
        pointsSpent = report.pointsSpent
    }
}

extension Multibrand_V1_WalletTimeseries.Bucket {
    fileprivate init(_ bucket: WalletBucket) {
        self.init()
        startAt = .init(bucket.startAt)
        endAt = .init(bucket.endAt)
        signups = bucket.signups
        pointsMinted = bucket.pointsMinted
        pointsSpent = bucket.pointsSpent
    }
}
