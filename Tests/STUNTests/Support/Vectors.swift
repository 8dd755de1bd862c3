import Foundation
import Testing

/// The vectors in `Fixtures/stun`.
struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var username: String?
    var realm: String?
    var password: String
    var integrity: String
    var passwordAlgorithm: String?
    var hasFingerprint: Bool
    var mappedAddress: String?
    var bytes: String

    var testDescription: String { name }

    var message: [UInt8] {
        var digits = bytes[...]
        var result: [UInt8] = []
        while digits.count >= 2 {
            result.append(UInt8(digits.prefix(2), radix: 16) ?? 0)
            digits = digits.dropFirst(2)
        }
        return result
    }

    static let all: [Vector] = {
        struct File: Decodable { var vectors: [Vector] }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        guard let data = try? Data(contentsOf: root.appending(path: "Fixtures/stun/rfc5769.json")),
            let file = try? JSONDecoder().decode(File.self, from: data)
        else { return [] }
        return file.vectors
    }()
}
