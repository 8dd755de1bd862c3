import Foundation

/// Looks for pieces of known plaintext in other bytes.
package struct PlaintextSearch: Sendable {
    /// Shorter pieces would be found by chance in megabytes of ciphertext.
    package static let pieceBytes = 8

    private let pieces: Set<UInt64>

    /// - Parameter plaintext: each run of `pieceBytes` in it is looked for.
    package init(_ plaintext: [UInt8]) { pieces = Set(Self.windows(plaintext)) }

    package var pieceCount: Int { pieces.count }

    /// How many places in `bytes` hold a piece.
    package func matches(in bytes: [UInt8]) -> Int {
        Self.windows(bytes).reduce(0) { $0 + (pieces.contains($1) ? 1 : 0) }
    }

    /// Each run of eight bytes as one number.
    private static func windows(_ bytes: [UInt8]) -> [UInt64] {
        guard bytes.count >= pieceBytes else { return [] }
        var window: UInt64 = 0
        var result: [UInt64] = []
        result.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            window = window << 8 | UInt64(byte)
            if index >= pieceBytes - 1 { result.append(window) }
        }
        return result
    }

    /// The entropy of a byte, in bits, as its frequencies say it; 8 is a uniform source.
    ///
    /// The Miller-Madow correction makes up for samples that are small against 256 values.
    package static func bitsPerByte(_ histogram: [Int]) -> Double {
        let total = histogram.reduce(0, +)
        guard total > 0 else { return 0 }
        let entropy = histogram.reduce(0.0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / Double(total)
            return sum - share * log2(share)
        }
        let seen = histogram.filter { $0 > 0 }.count
        return min(8, entropy + Double(seen - 1) / (2 * Double(total) * M_LN2))
    }
}
