import MultibrandAPI
import SwiftProtobuf

extension [Multibrand_V1_InboxEntry] {
    var table: String {
        var table = TextTable([
            .number("number"), .text("received"), .text("kind"), .text("status"), .text("reason"), .number("tries"),
            .number("times sent"), .text("let in by"),
        ])
        for entry in self {
            table.add([
                "\(entry.inboxID)", Moment.text(entry.receivedAt), entry.kind, entry.status, entry.reason,
                "\(entry.attempts)",
                "\(entry.deliveries)", entry.authentication,
            ])
        }
        return table.rendered()
    }
}
