import Foundation

/// The lines that a program has written so far; one thread adds them, another waits for them.
final class EventLog: @unchecked Sendable {
    /// A program that writes more than this without end is broken.
    private static let mostLines = 100_000

    /// Guards the two below.
    private let condition = NSCondition()
    private var lines: [EventLine] = []
    private var isClosed = false

    func append(_ text: Data) {
        guard let fields = try? JSONDecoder().decode(JSONValue.self, from: text), let name = fields["event"]?.text
        else { return }
        condition.withLock {
            guard lines.count < Self.mostLines else { return }
            lines.append(EventLine(name: name, fields: fields, readAt: ProcessorClock.wallSeconds))
            condition.broadcast()
        }
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    var all: [EventLine] { condition.withLock { lines } }

    /// Waits for a line, of those after the first `seen`.
    ///
    /// - Returns: nil if it does not come in time, or the program ends without it.
    func wait(seconds: Double, after seen: Int = 0, _ isWanted: (EventLine) -> Bool) -> EventLine? {
        let limit = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        var next = seen
        while true {
            while next < lines.count {
                if isWanted(lines[next]) { return lines[next] }
                next += 1
            }
            if isClosed || !condition.wait(until: limit) { return nil }
        }
    }
}
