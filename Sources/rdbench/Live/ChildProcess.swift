import Foundation

/// A program that this one started and reads the events of.
final class ChildProcess {
    private static let errorTailLines = 4

    let name: String
    let log = EventLog()
    private let process = Process()
    private let errorFile: String
    private var input: Pipe?

    /// - Parameters:
    ///   - folder: where what it writes to standard error is kept.
    ///   - takesInput: it reads what `write` writes.
    ///   - namespace: the network namespace that it runs in, by its name for `ip netns`; nil for this process's.
    /// - Important: the calling thread must live as long as the child may.
    init(
        _ name: String, _ arguments: [String], folder: String, namespace: String? = nil, takesInput: Bool = false
    ) throws {
        self.name = name
        let program = try ProgramFolder.program(name)
        errorFile = "\(folder)/\(name)-\(UUID().uuidString.prefix(8)).log"
        let command = Launcher.command(program, arguments, namespace: namespace)
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        _ = FileManager.default.createFile(atPath: errorFile, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: errorFile)
        if takesInput {
            let pipe = Pipe()
            input = pipe
            process.standardInput = pipe
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        let pipe = Pipe()
        process.standardOutput = pipe
        do {
            try process.run()
        } catch {
            throw BenchFailure.programFailed(name, reason: "it cannot be started: \(error.localizedDescription)")
        }
        ChildRegistry.add(process.processIdentifier)
        Self.read(pipe.fileHandleForReading, into: log)
    }

    /// What a measurement that failed has started does not run beside the next one.
    deinit {
        if process.isRunning { stop(SIGKILL, seconds: 1) }
    }

    private static func read(_ handle: FileHandle, into log: EventLog) {
        Thread.detachNewThread {
            var pending = Data()
            while true {
                let data = handle.availableData
                guard !data.isEmpty else { break }
                pending.append(data)
                while let end = pending.firstIndex(of: 0x0A) {
                    log.append(pending[pending.startIndex..<end])
                    pending = Data(pending[pending.index(after: end)...])
                }
            }
            log.close()
        }
    }

    var identifier: Int32 { process.processIdentifier }

    /// Waits for an event.
    ///
    /// - Throws: what the program said on standard error, if the event does not come.
    @discardableResult
    func wait(
        for event: String, seconds: Double, after seen: Int = 0, where isWanted: (EventLine) -> Bool = { _ in true }
    ) throws -> EventLine {
        if let line = log.wait(seconds: seconds, after: seen, { $0.name == event && isWanted($0) }) { return line }
        throw BenchFailure.programFailed(
            name, reason: "no event '\(event)' in \(Figure.short(seconds)) s. \(complaint)")
    }

    /// A program that is gone reads nothing: what it should have done will be missed.
    func write(_ text: String) {
        guard let input else { return }
        try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    /// What it last said.
    private var complaint: String {
        let events = log.all.suffix(3).map(\.name).joined(separator: ", ")
        let text = (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? ""
        let tail = text.split(separator: "\n").suffix(Self.errorTailLines).joined(separator: " | ")
        return "Its last events: \(events.isEmpty ? "none" : events). Its log: \(tail.isEmpty ? "empty" : tail)"
    }

    func signal(_ number: Int32) { if process.isRunning { kill(process.processIdentifier, number) } }

    /// Waits until it has ended by itself; ends it by force when it does not.
    ///
    /// - Returns: whether it ended by itself, with status 0.
    @discardableResult
    func finish(seconds: Double) -> Bool {
        let limit = ProcessorClock.wallSeconds + seconds
        while process.isRunning, ProcessorClock.wallSeconds < limit { usleep(5_000) }
        let isOrderly = !process.isRunning
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        ChildRegistry.remove(process.processIdentifier)
        return isOrderly && process.terminationStatus == 0
    }

    /// Asks it to end, then makes it.
    func stop(_ number: Int32 = SIGTERM, seconds: Double = 3) {
        signal(number)
        finish(seconds: seconds)
    }
}
