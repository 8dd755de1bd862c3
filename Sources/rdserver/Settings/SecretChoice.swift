import Foundation
import WireFormat

/// Where the secret of the relay's credentials comes from.
enum SecretChoice: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    /// One that lives as long as this process.
    case random
    case text(String)
    case file(String)

    /// Shorter ones are guessed.
    static let leastBytes = 16

    var description: String { "***" }
    var customMirror: Mirror { Mirror(self, children: []) }

    func load() throws(SettingFault) -> [UInt8] {
        switch self {
        case .random:
            var system = SystemRandomNumberGenerator()
            var random = SeededRandom(from: &system)
            return random.bytes(count: 32)
        case .text(let text): return try Self.check(text, "The secret")
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SettingFault("The secret file \(path) cannot be read.")
            }
            return try Self.check(text, "The secret in \(path)")
        }
    }

    private static func check(_ text: String, _ name: String) throws(SettingFault) -> [UInt8] {
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard secret.utf8.count >= leastBytes else {
            throw SettingFault("\(name) is too short: use \(leastBytes) characters or more.")
        }
        return Array(secret.utf8)
    }
}
