import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// An offer's texts.
struct OfferOptions: ParsableArguments {
    @Option(help: "The heading.") var title: String
    @Option(help: "The long text.") var description: String = ""
    @Option(help: "The short text.") var short: String = ""
    @Option(help: "A word of your own.") var kind: String = ""
    @Option(help: "A word of your own.") var type: String = ""

    var details: Multibrand_V1_OfferDetails {
        .with {
            $0.title = title
            $0.description_p = description
            $0.shortDescription = short
            $0.kind = kind
            $0.type = type
        }
    }
}
