import Foundation
import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("Decimals")
struct DecimalTests {
    @Test(
        "a JSON number and a JSON string give the same exact decimal",
        arguments: [
            ("0.1", "0.1"), ("12345678901234567.89", "12345678901234567.89"), ("0.0459", "0.0459"), ("1e3", "1000"),
            ("1E-7", "0.0000001"), ("9223372036854775807", "9223372036854775807"), ("-0.5", "-0.5"), ("25.00", "25"),
            ("0.30000000000000004", "0.30000000000000004"), ("0", "0"),
        ])
    func exact(_ text: String, _ expected: String) throws {
        let number = try #require(JSONTree.parse(Array(#"{"v":\#(text)}"#.utf8))?["v"]?.decimal)
        let string = try #require(JSONTree.parse(Array(#"{"v":"\#(text)"}"#.utf8))?["v"]?.decimal)
        #expect(number == string)
        #expect(number.description == expected)
    }

    @Test(
        "text that is not a number is none",
        arguments: [
            "", " 1", "1 ", "1x", "x1", "1,5", "+1", ".5", "5.", "0x10", "NaN", "Infinity", "1e", "--1", "1e999",
        ])
    func notNumbers(_ text: String) {
        #expect(DecimalText.parse(text) == nil)
    }

    @Test(
        "millionths are exact or absent, never rounded",
        arguments: [
            ("2000", Int64(2_000_000_000)), ("0.000001", 1), ("0.0000001", nil), ("9223372036854.775807", Int64.max),
            ("9223372036854.775808", nil),
        ])
    func micro(_ text: String, _ expected: Int64?) throws {
        #expect(DecimalText.scaled(try #require(DecimalText.parse(text)), by: 6) == expected)
    }

    @Test("conversion to points is the floor of the exact quotient, for random values and prices")
    func conversion() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(state: seed)
        for _ in 0..<2_000 {
            let value = Int64.random(in: 1...10_000_000, using: &generator)
            let priceMicro = Int64.random(in: 1...5_000_000, using: &generator)
            let fraction = String(priceMicro % 1_000_000 + 1_000_000).dropFirst()
            var program = SandboxDataFile.demo.programs[0]
            program.pricePerPointInLocalCurrency = "\(priceMicro / 1_000_000).\(fraction)"
            let points = PointConversion.points(value: value, program: program, switches: SandboxSwitches())
            #expect(points == value * 1_000_000 / priceMicro, "seed \(seed), value \(value), price \(priceMicro)")
        }
    }
}
