import Foundation
import OutgoingHTTP

/// Clocks: ours against the database's and against Cosmo's.
///
/// A webhook's stamp is compared with our clock, so a clock that is off refuses good deliveries.
enum ClockCheck {
    /// What a difference means, next to the age that webhooks may have.
    static func finding(_ subject: String, ahead: Duration, within uncertainty: Duration, ageMax: Duration)
        -> DoctorFinding
    {
        let distance = max(.zero, abs(ahead) - uncertainty)
        let words =
            abs(ahead) <= uncertainty
            ? "agrees with ours" : "\(text(abs(ahead))) \(ahead < .zero ? "behind" : "ahead of") ours"
        let remedy = "let both machines follow a time server (chrony or systemd-timesyncd)"
        if distance >= ageMax { return .failure(subject, words, remedy: remedy) }
        if distance >= min(.seconds(2), ageMax / 2) { return .warning(subject, words, remedy: remedy) }
        return .ok(subject, words)
    }

    /// Cosmo's clock by the Date of any answer, which is exact to a second.
    static func cosmo(apiBaseURL: String, ageMax: Duration) async -> DoctorFinding? {
        var request = HTTPCall(url: apiBaseURL)
        request.method = .head
        let asked = Date()
        guard let answer = try? await HTTPClient.shared.send(request, within: .seconds(10)),
            let text = answer.headers.first(name: "date"), let date = date(text)
        else { return nil }
        let roundTrip = Date().timeIntervalSince(asked)
        let middle = asked.addingTimeInterval(roundTrip / 2)
        // The stamp is cut to the second: half a second later is the best guess.
        let ahead = Duration.milliseconds(Int64((date.timeIntervalSince(middle) + 0.5) * 1000))
        return finding(
            "Cosmo's clock", ahead: ahead, within: .milliseconds(500 + Int64(roundTrip * 500)), ageMax: ageMax)
    }

    /// An HTTP date (RFC 9110, section 5.6.7), in its one form that may be sent.
    static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.date(from: text)
    }

    private static func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }

    private static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return seconds > 0 ? "\(seconds) s" : "\(attoseconds / 1_000_000_000_000_000) ms"
    }
}
