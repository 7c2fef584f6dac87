/// The words of a refusal, in which fields are not spelled yet: `"\(.amount) must be positive"`.
public struct WalletWords: Sendable, Hashable, ExpressibleByStringInterpolation {
    fileprivate enum Piece: Sendable, Hashable {
        case text(String)
        case field(WalletField)
    }

    /// Gathers the pieces of a literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        /// Begins without a piece.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Adds words.
        public mutating func appendLiteral(_ literal: String) { pieces.append(.text(literal)) }

        /// Adds a field.
        public mutating func appendInterpolation(_ field: WalletField) { pieces.append(.field(field)) }

        /// Adds a number.
        public mutating func appendInterpolation(_ number: some BinaryInteger) { pieces.append(.text("\(number)")) }
    }

    private let pieces: [Piece]

    /// Takes words that name no field.
    public init(stringLiteral value: String) { pieces = [.text(value)] }

    /// Takes words with fields among them.
    public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    /// The words with each field as `spell` has it.
    public func text(_ spell: (WalletField) -> String) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(let field): spell(field)
            }
        }.joined()
    }
}
