import Access
import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// Reports over an environment.
    func registerAnalytics(in routes: inout DoorRoutes) {
        unary("GetWalletSummary", .platform, in: &routes) { (request: Multibrand_V1_GetWalletSummaryRequest, _) in
            let caller = try request.environment.organisation()
            return Multibrand_V1_WalletSummary(try await WalletAnalytics(wallet).summary(by: caller))
        }
        unary("GetOfferAnalytics", .platform, in: &routes) { (request: Multibrand_V1_GetOfferAnalyticsRequest, _) in
            let caller = try request.environment.organisation()
            let report = try await WalletAnalytics(wallet).offers(by: caller)
            return Multibrand_V1_OfferAnalytics.with {
                $0.offers = (report["offers"]?.array ?? []).map(Multibrand_V1_OfferAnalytics.Line.init)
            }
        }
        unary("GetWalletTimeseries", .platform, in: &routes) { (request: Multibrand_V1_GetWalletTimeseriesRequest, _) in
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
            let report = try await WalletAnalytics(wallet).timeseries(
                from: try WalletFields.time(request.from, "from"), to: try WalletFields.time(request.to, "to"),
                interval: interval, by: caller)
            return Multibrand_V1_WalletTimeseries.with {
                $0.buckets = (report["buckets"]?.array ?? []).map(Multibrand_V1_WalletTimeseries.Bucket.init)
            }
        }
    }
}

extension JSONValue {
    fileprivate func count(_ name: String) -> Int64 { self[name]?.int64 ?? 0 }
}

extension Multibrand_V1_WalletSummary {
    fileprivate init(_ report: JSONValue) {
        self.init()
        memberCount = report.count("memberCount")
        pointsMinted = report.count("pointsMinted")
        pointsSpent = report.count("pointsSpent")
        completionRate = report["completionRate"]?.canonicalText ?? "0"
        let counts = report["redemptions"] ?? .null
        for status in RedemptionStatus.allCases {
            redemptions[status.rawValue] = counts.count(status.rawValue.lowercased())
        }
        redemptionCount = counts.count("total")
    }
}

extension Multibrand_V1_OfferAnalytics.Line {
    fileprivate init(_ line: JSONValue) {
        self.init()
        offerID = line["offerId"]?.string ?? ""
        signups = line.count("signups")
        completions = line.count("completions")
        cancellations = line.count("cancellations")
        pointsSpent = line.count("pointsSpent")
    }
}

extension Multibrand_V1_WalletTimeseries.Bucket {
    fileprivate init(_ bucket: JSONValue) {
        self.init()
        if let time = WalletFields.timestamp(bucket["startTime"]?.string) { startAt = time }
        if let time = WalletFields.timestamp(bucket["endTime"]?.string) { endAt = time }
        signups = bucket.count("signups")
        pointsMinted = bucket.count("pointsMinted")
        pointsSpent = bucket.count("pointsSpent")
    }
}
