import Configuration
import Foundation

/// A configuration file: one JSON object whose names are those of settings.
struct SettingFile {
    private static let limit = 1_048_576

    let snapshot: any ConfigSnapshot
    /// What stands in it and is no setting.
    let faults: [SettingFault]

    init(path: String) throws(SettingFault) {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: Self.limit + 1) ?? Data()
        else { throw SettingFault("The configuration file \(path) cannot be read.") }
        guard data.count <= Self.limit else { throw SettingFault("The configuration file \(path) is over 1 MiB.") }
        do {
            guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw SettingFault("it is no JSON object")
            }
            snapshot = try JSONSnapshot(
                data: data.bytes, providerName: path, parsingOptions: JSONSnapshot.ParsingOptions())
            faults = object.keys.sorted().filter { Setting(rawValue: $0) == nil }.map {
                SettingFault("\"\($0)\" in \(path) is no setting.\(Self.advice($0))")
            }
        } catch {
            let words = (error as? SettingFault)?.description ?? Self.words(error)
            throw SettingFault("The configuration file \(path) cannot be used: \(words).")
        }
    }

    private static func words(_ error: any Error) -> String {
        let error = error as NSError
        return error.userInfo["NSDebugDescription"] as? String ?? "it is no JSON of texts, numbers, booleans and lists"
    }

    private static func advice(_ name: String) -> String {
        let plain = name.lowercased().filter(\.isLetter)
        let near = Setting.allCases.first { $0.rawValue.filter(\.isLetter) == plain }
        return near.map { " Did you mean \"\($0.rawValue)\"?" } ?? " Their names are those of the flags."
    }
}
