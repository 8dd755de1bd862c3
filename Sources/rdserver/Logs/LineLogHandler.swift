import Foundation
import Logging

/// Writes each entry as one line to standard error, as JSON or for people.
struct LineLogHandler: LogHandler {
    let label: String
    let format: LogSettings.Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = line(
            level: event.level, message: "\(event.message)",
            metadata: metadata.merging(event.metadata ?? [:]) { $1 }, at: Date())
        // One write, so that lines of two threads do not mix.
        FileHandle.standardError.say(line)
    }

    func line(level: Logger.Level, message: String, metadata: Logger.Metadata, at date: Date) -> String {
        let time = date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
        let fields = metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        switch format {
        case .json:
            let all =
                [("time", time + "Z"), ("level", level.rawValue), ("label", label), ("message", message)] + fields
            return "{" + all.map { Self.quoted($0.0) + ":" + Self.quoted($0.1) }.joined(separator: ",") + "}\n"
        case .text:
            let rest = fields.map { " \($0.0)=\(Self.isPlain($0.1) ? $0.1 : Self.quoted($0.1))" }.joined()
            return "\(time)Z \(level.rawValue) \(label): \(Self.oneLine(message))\(rest)\n"
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F && $0 != "\"" }
    }

    /// What peers say may be in a message: it must not make lines of its own.
    private static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(text) else { return "\"\"" }
        return String(decoding: data, as: UTF8.self)
    }
}
