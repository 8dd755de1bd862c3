import Glibc
import Logging

/// Says what happens: to a person, or as JSON lines to a program.
///
/// With `--json` standard output has events only, and what a person would have read goes to the log on standard error.
final class Reporter {
    let isJSON: Bool
    let log: Logger
    private let hasTerminal = isatty(2) == 1
    private var isStatusShown = false

    init(isJSON: Bool, isVerbose: Bool) {
        self.isJSON = isJSON
        var log = Logger(label: "rdpeer") { _ in StreamLogHandler.standardError(label: "rdpeer") }
        log.logLevel = isVerbose ? .debug : .notice
        self.log = log
    }

    /// Whether a status line would be seen.
    var showsStatus: Bool { hasTerminal && !isJSON }

    /// Tells a person.
    func say(_ text: String) {
        clearStatus()
        if isJSON { log.info("\(text)") } else { Self.write(text + "\n", to: 1) }
    }

    /// Tells a person something that went wrong.
    func warn(_ text: String) {
        clearStatus()
        if isJSON { log.warning("\(text)") } else { Self.write(text + "\n", to: 2) }
    }

    /// Tells a program.
    func event(_ name: String, _ fields: [(name: String, value: JSONValue)] = []) {
        guard isJSON else { return }
        let line = JSONValue.object([("event", .string(name))] + fields).text
        Self.write(line + "\n", to: 1)
    }

    /// Tells that the machine's addresses have changed, if that opened or closed sockets.
    func socketsChanged(added: Int, removed: Int) {
        guard added + removed > 0 else { return }
        event("addresses", [("added", .integer(Int64(added))), ("removed", .integer(Int64(removed)))])
        log.info("This machine's addresses changed: \(added) sockets opened, \(removed) closed")
    }

    /// Replaces the status line.
    func status(_ text: String) {
        guard showsStatus else { return }
        Self.write("\r\u{1B}[K" + text, to: 2)
        isStatusShown = true
    }

    func clearStatus() {
        guard isStatusShown else { return }
        Self.write("\r\u{1B}[K", to: 2)
        isStatusShown = false
    }

    /// Written whole and at once: lines of several processes on one stream do not mix, and a pipe sees each event when
    /// it happens.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
