import Logging

/// How log lines look, and which are written.
struct LogSettings: Equatable, Sendable {
    enum Format: String, Sendable {
        case text
        case json
    }

    var format: Format
    var level: Logger.Level

    /// For this process, once.
    func apply() {
        let (format, level) = (format, level)
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, format: format, logLevel: level) }
    }
}
