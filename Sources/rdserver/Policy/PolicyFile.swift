import Foundation
import Rendezvous
import SecureChannel

/// The file that says who may meet whom.
enum PolicyFile {
    private static let limit = 1_048_576

    static func load(_ path: String) throws(SettingFault) -> AccessPolicy {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: limit + 1) ?? Data()
        else { throw SettingFault("The policy \(path) cannot be read.") }
        guard data.count <= limit, let text = String(data: data, encoding: .utf8) else {
            throw SettingFault("The policy \(path) is no text, or over 1 MiB.")
        }
        do {
            return try AccessPolicy(text) { PublicKey($0).flatMap { HostIdentifier($0.bytes) } }
        } catch { throw SettingFault("The policy \(path) cannot be used: \(error).") }
    }
}
