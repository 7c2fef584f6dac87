/// The words of a refusal, in which fields are not spelled yet: `"\(.amount) must be positive"`.
package struct WalletWords: Sendable, Hashable, ExpressibleByStringInterpolation {
    fileprivate enum Piece: Sendable, Hashable {
        case text(String)
        case field(WalletField)
    }

    /// Gathers the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        /// Begins without a piece.
        package init(literalCapacity: Int, interpolationCount: Int) {}

        /// Adds words.
        package mutating func appendLiteral(_ literal: String) { pieces.append(.text(literal)) }

        /// Adds a field.
        package mutating func appendInterpolation(_ field: WalletField) { pieces.append(.field(field)) }

        /// Adds a number.
        package mutating func appendInterpolation(_ number: some BinaryInteger) { pieces.append(.text("\(number)")) }
    }

    private let pieces: [Piece]

    /// Takes words that name no field.
    package init(stringLiteral value: String) { pieces = [.text(value)] }

    /// Takes words with fields among them.
    package init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    /// The words with each field as `spell` has it.
    package func text(_ spell: (WalletField) -> String) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(let field): spell(field)
            }
        }.joined()
    }
}
