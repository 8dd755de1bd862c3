import Foundation

/// Shows what applies, and where it comes from.
struct SettingsTable {
    let settings: Settings

    private struct Row: Encodable {
        let setting: String
        let value: String?
        let source: String
    }

    private struct Document: Encodable {
        let settings: [Row]
        let faults: [String]
    }

    private var rows: [Row] {
        Setting.allCases.map { setting in
            let value = settings[setting].map { setting.isSecret ? "***" : $0.description }
            return Row(setting: setting.rawValue, value: value, source: settings.source(of: setting).description)
        }
    }

    /// For people; JSON if that is what was set.
    func write() throws {
        try FileHandle.standardOutput.write(contentsOf: Data((settings.flag(.json) ? json : text).utf8))
    }

    var text: String {
        let width = Setting.allCases.map(\.rawValue.count).max() ?? 0
        let lines = rows.map { row in
            let name = row.setting + String(repeating: " ", count: width - row.setting.count)
            return "\(name)  \(row.value ?? "-")  (\(row.source))"
        }
        return (lines + settings.faults.map { "! \($0)" }).joined(separator: "\n") + "\n"
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let document = Document(settings: rows, faults: settings.faults.map(\.description))
        return (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
    }
}
